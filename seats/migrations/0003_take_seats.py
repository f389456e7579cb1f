from django.db import migrations

# Enrolling, the one statement that everybody waits for. It is a function so that it can name the
# organisation, lock, and only then look: what it sees is what is there while the pool is held, and
# nothing has to be tried again. Each session keeps its plan, behind a pooler too; that plan is the
# general one, good for one member and, since it goes from each to an index, for ten thousand.
#
# Locks go from memberships (leaving a team waits for an enrolment) to the pool. All or nothing
# hangs on `drawn`: where the pool or the team's share of it has too few seats, it is empty, and so
# is all that follows. Whoever holds a seat already needs none, unless it has lapsed: that has to be
# booked first, and nobody is enrolled meanwhile.
TAKE_SEATS = """
CREATE FUNCTION seats_take(
    p_org uuid, p_team uuid, p_pool uuid, p_allocation uuid, p_actor uuid, p_members uuid[],
    p_enrolments uuid[], p_entries uuid[], p_reason text, p_now timestamptz
) RETURNS TABLE (member uuid, enrolment uuid, is_new boolean, ends_at timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    belonging integer;
    pool seats_pool;
    moment timestamptz;
    last_moment timestamptz;
    is_open boolean;
    named text := coalesce(current_setting('seatdash.org', true), '')
        || coalesce(current_setting('seatdash.system', true), '');
BEGIN
    IF named = '' THEN
        named := set_config('seatdash.org', p_org::text, true);
    END IF;

    PERFORM FROM teams_teammember
    WHERE organisation_id = p_org AND team_id = p_team AND member_id = ANY(p_members)
    ORDER BY member_id FOR KEY SHARE;
    GET DIAGNOSTICS belonging = ROW_COUNT;

    SELECT * INTO pool FROM seats_pool
    WHERE organisation_id = p_org AND id = p_pool FOR NO KEY UPDATE;

    moment := coalesce(p_now, clock_timestamp());
    last_moment := moment + pool.terms_days * interval '1 day';
    IF pool.terms_date IS NOT NULL THEN
        last_moment := (pool.terms_date + 1)::timestamp AT TIME ZONE (
            SELECT time_zone FROM orgs_organisation WHERE id = p_org);
    END IF;
    is_open := pool.archived_at IS NULL AND belonging = cardinality(p_members)
        AND (last_moment IS NULL OR moment < last_moment);

    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT asked.*, held.id AS held_id, held.expires_at, held.expires_at <= moment AS lapsed,
            count(*) FILTER (WHERE held.id IS NULL)
                OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS turn
        FROM unnest(p_members, p_enrolments, p_entries)
            WITH ORDINALITY AS asked (member_id, enrolment_id, entry_id, place)
        LEFT JOIN seats_enrolment AS held ON held.organisation_id = p_org
            AND held.pool_id = p_pool AND held.member_id = asked.member_id
            AND held.ended_at IS NULL
    ), drawn AS (
        UPDATE seats_allocation SET used = used + seats
        FROM (
            SELECT count(*)::integer - count(held_id)::integer AS seats, bool_or(lapsed) AS lapsed
            FROM asked
        ) AS wanted
        WHERE organisation_id = p_org AND id = p_allocation AND ended_at IS NULL
            AND is_open AND seats > 0 AND lapsed IS NOT TRUE
            AND (cap IS NULL OR used + seats <= cap)
            AND (pool.capacity IS NULL OR pool.used + seats <= pool.capacity)
        RETURNING seats
    ), taken AS (
        UPDATE seats_pool SET used = used + seats, seq = seq + seats FROM drawn
        WHERE organisation_id = p_org AND id = p_pool
    ), enrolled AS (
        INSERT INTO seats_enrolment (
            id, organisation_id, allocation_id, pool_id, team_id, member_id, started_at,
            expires_at, end_reason, reusable, occupies)
        SELECT enrolment_id, p_org, p_allocation, p_pool, p_team, member_id, moment,
            last_moment, '', pool.reusable, true
        FROM drawn, asked WHERE held_id IS NULL
    ), booked AS (
        INSERT INTO seats_ledgerentry (
            id, organisation_id, at, kind, product_id, pool_id, team_id, enrolment_id, member_id,
            actor_id, reason, stock_moved, capacity_moved, used_moved,
            capacity_after, used_after, expires_at, seq)
        SELECT entry_id, p_org, moment, 'enrolled', pool.product_id, p_pool, p_team, enrolment_id,
            member_id, p_actor, p_reason, 0, 0, 1,
            pool.capacity, pool.used + turn, last_moment, pool.seq + turn
        FROM drawn, asked WHERE held_id IS NULL
    )
    SELECT member_id,
        CASE WHEN held_id IS NULL AND drawn.seats > 0 THEN enrolment_id
            WHEN lapsed IS NOT TRUE THEN held_id END,
        held_id IS NULL AND drawn.seats > 0,
        CASE WHEN held_id IS NULL THEN last_moment ELSE expires_at END
    FROM asked LEFT JOIN drawn ON true
    ORDER BY place;
END $$;
"""
LEAVE_SEATS = """
DROP FUNCTION seats_take(
    uuid, uuid, uuid, uuid, uuid, uuid[], uuid[], uuid[], text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("seats", "0002_policies")]

    operations = [migrations.RunSQL(TAKE_SEATS, LEAVE_SEATS)]
