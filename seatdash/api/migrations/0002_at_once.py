from django.db import migrations

# What a shop calls most, in one statement: somebody of the team, or somebody new to all of it, gets
# a seat by the same function as everybody else. Whatever is not as usual (no seat, another team, a
# person who left, somebody who did the same meanwhile) is left undone, for the services to do or to
# refuse; where something was written by then, by taking all of it back.
ENROL = """
CREATE FUNCTION api_enrol(
    p_digest bytea, p_team text, p_team_id uuid, p_product text, p_product_id uuid, p_email text,
    p_name text, p_enrolment uuid, p_entry uuid, p_member uuid, p_membership uuid,
    p_now timestamptz
) RETURNS TABLE (
    token uuid, organisation uuid, member uuid, name text, scopes text[], per_minute integer,
    spent integer, is_new boolean, enrolment uuid, started_at timestamptz, expires_at timestamptz,
    person uuid, email text, person_name text, team uuid, external_id text, team_name text,
    product uuid, code text, product_name text, pool uuid)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    caller record;
    of_team record;
    of_product record;
    drawn record;
    who record;
    taken record;
    is_stranger boolean;
BEGIN
    SELECT * INTO caller FROM api_admit(p_digest);
    IF caller.token IS NULL OR NOT 'enrol' = ANY(caller.scopes) THEN RETURN; END IF;
    SELECT id, external_id, name, archived_at INTO of_team FROM teams_team
    WHERE organisation_id = caller.organisation AND id = p_team_id;
    IF of_team.id IS NULL THEN
        SELECT id, external_id, name, archived_at INTO of_team FROM teams_team
        WHERE organisation_id = caller.organisation AND external_id = p_team;
    END IF;
    SELECT id, code, name INTO of_product FROM seats_product
    WHERE organisation_id = caller.organisation AND id = p_product_id;
    IF of_product.id IS NULL THEN
        SELECT id, code, name INTO of_product FROM seats_product
        WHERE organisation_id = caller.organisation AND code_key = lower(p_product);
    END IF;
    SELECT id, pool_id INTO drawn FROM seats_allocation
    WHERE organisation_id = caller.organisation AND team_id = of_team.id
        AND product_id = of_product.id AND ended_at IS NULL;
    IF drawn.id IS NULL OR of_team.archived_at IS NOT NULL THEN RETURN; END IF;

    SELECT id, email, name, offboarded_at INTO who FROM orgs_member
    WHERE organisation_id = caller.organisation AND email_key = lower(p_email);
    is_stranger := who.id IS NULL;
    IF is_stranger THEN
        INSERT INTO orgs_member (id, organisation_id, email, name, role)
        VALUES (p_member, caller.organisation, p_email, p_name, '')
        ON CONFLICT DO NOTHING RETURNING id, email, name, offboarded_at INTO who;
        IF who.id IS NULL THEN RETURN; END IF;
        PERFORM FROM teams_team
        WHERE organisation_id = caller.organisation AND id = of_team.id FOR NO KEY UPDATE;
        INSERT INTO teams_teammember (id, organisation_id, team_id, member_id, role)
        VALUES (p_membership, caller.organisation, of_team.id, who.id, 'learner');
    ELSIF who.offboarded_at IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT * INTO taken FROM seats_take(caller.organisation, of_team.id, drawn.pool_id, drawn.id,
        caller.member, ARRAY[who.id], ARRAY[p_enrolment], ARRAY[p_entry], '', p_now);
    IF taken.enrolment IS NULL THEN
        IF is_stranger THEN RAISE EXCEPTION 'not enrolled' USING ERRCODE = 'SD001'; END IF;
        RETURN;
    END IF;
    RETURN QUERY SELECT caller.token, caller.organisation, caller.member, caller.name,
        caller.scopes, caller.per_minute, caller.spent, taken.is_new, held.id, held.started_at,
        held.expires_at, who.id, who.email::text, who.name::text, held.team_id,
        of_team.external_id::text, of_team.name::text, of_product.id, of_product.code::text,
        of_product.name::text, held.pool_id
    FROM seats_enrolment AS held
    WHERE held.organisation_id = caller.organisation AND held.id = taken.enrolment
        AND held.team_id = of_team.id;
END $$;
"""
NOBODY_ENROLLED = """
DROP FUNCTION api_enrol(
    bytea, text, uuid, text, uuid, text, text, uuid, uuid, uuid, uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [migrations.RunSQL(ENROL, NOBODY_ENROLLED)]
