import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLES = ["api_token", "api_keptanswer", "api_call"]
REFERENCES = [
    ("api_token", "member_id", "orgs_member"),
    ("api_token", "made_by_id", "orgs_member"),
    ("api_keptanswer", "token_id", "api_token"),
    ("api_call", "token_id", "api_token"),
]

# Counting calls and noting the last use changes rows in place, beside no index.
ROOM_TO_COUNT = "ALTER TABLE api_token SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE api_token RESET (fillfactor)"

# Whose token it is must be found before any organisation can be named, so for that one look the
# system is; from then on the transaction sees the token's organisation, or nothing. One statement,
# because every call begins with it.
ADMIT = """
CREATE FUNCTION api_admit(p_digest bytea) RETURNS TABLE (
    token uuid, organisation uuid, member uuid, name text, scopes text[], per_minute integer,
    spent integer)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    found api_token;
BEGIN
    PERFORM set_config('seatdash.system', 'on', true);
    SELECT * INTO found FROM api_token WHERE digest = p_digest AND revoked_at IS NULL
        AND (ends_at IS NULL OR ends_at > clock_timestamp());
    PERFORM set_config('seatdash.org', coalesce(found.organisation_id::text, ''), true),
        set_config('seatdash.system', '', true);
    IF found.id IS NOT NULL THEN
        RETURN QUERY SELECT found.id, found.organisation_id, found.member_id, found.name::text,
            found.scopes::text[], found.per_minute,
            CASE WHEN found.minute = date_trunc('minute', clock_timestamp()) THEN found.spent
                ELSE 0 END;
    END IF;
END $$;
"""
NOBODY_ADMITTED = "DROP FUNCTION api_admit(bytea);"

# What a learning system asks at the door, with the asking token's right to ask in the same
# statement. An end that has passed is an end, whether the worker has booked it or not. The question
# is all there is to it: a transaction around it sees afterwards what it saw before.
ACCESS = """
CREATE FUNCTION api_access(
    p_digest bytea, p_email text, p_product text, p_product_id uuid, p_now timestamptz
) RETURNS TABLE (
    token uuid, organisation uuid, member uuid, name text, scopes text[], per_minute integer,
    spent integer, product uuid, access boolean, until timestamptz)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    caller record;
    asked_product uuid;
    asked_member uuid;
    is_live boolean;
    is_endless boolean;
    latest timestamptz;
    moment timestamptz := coalesce(p_now, clock_timestamp());
    org text := coalesce(current_setting('seatdash.org', true), '');
    system text := coalesce(current_setting('seatdash.system', true), '');
BEGIN
    SELECT * INTO caller FROM api_admit(p_digest);
    IF caller.token IS NULL THEN
        RETURN;
    END IF;
    SELECT id INTO asked_product FROM seats_product
    WHERE organisation_id = caller.organisation AND id = p_product_id;
    IF asked_product IS NULL THEN
        SELECT id INTO asked_product FROM seats_product
        WHERE organisation_id = caller.organisation AND code_key = lower(p_product);
    END IF;
    SELECT id INTO asked_member FROM orgs_member
    WHERE organisation_id = caller.organisation AND email_key = lower(p_email);
    SELECT count(*) > 0, bool_or(enrolment.expires_at IS NULL), max(enrolment.expires_at)
    INTO is_live, is_endless, latest
    FROM seats_enrolment AS enrolment JOIN seats_pool AS pool ON pool.id = enrolment.pool_id
    WHERE enrolment.organisation_id = caller.organisation AND enrolment.member_id = asked_member
        AND enrolment.ended_at IS NULL AND pool.product_id = asked_product
        AND (enrolment.expires_at IS NULL OR enrolment.expires_at > moment);
    RETURN QUERY SELECT caller.token, caller.organisation, caller.member, caller.name,
        caller.scopes, caller.per_minute, caller.spent, asked_product, is_live,
        CASE WHEN NOT is_endless THEN latest END;
    PERFORM set_config('seatdash.org', org, true), set_config('seatdash.system', system, true);
END $$;
"""
NO_ACCESS = "DROP FUNCTION api_access(bytea, text, text, uuid, timestamptz);"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0005_member_with_rights"),
        ("seats", "0009_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("read", "Read"),
                                ("provision", "Provision"),
                                ("enrol", "Enrol"),
                                ("export", "Export"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(default=3000, verbose_name="calls a minute"),
                ),
                ("digest", models.BinaryField(unique=True)),
                ("hint", models.CharField(editable=False, max_length=4)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("minute", models.DateTimeField(editable=False, null=True)),
                ("spent", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("digest", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("content_type", models.CharField(default="", max_length=50)),
                ("body", models.BinaryField(default=b"")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="api.token",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("method", models.CharField(max_length=10)),
                ("path", models.CharField(max_length=1000)),
                ("status", models.PositiveSmallIntegerField()),
                ("key", models.CharField(blank=True, default="", max_length=255)),
                ("milliseconds", models.PositiveIntegerField()),
                ("request_id", models.CharField(max_length=64)),
                ("times", models.PositiveIntegerField(default=1)),
                ("body", models.TextField(blank=True, default="")),
                ("answer", models.TextField(blank=True, default="")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="api.token",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.UniqueConstraint(
                fields=("organisation", "id"), name="token_in_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__len__gt", 0),
                    ("scopes__contained_by", ["read", "provision", "enrol", "export"]),
                ),
                name="token_scopes_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_minute__gt", 0)), name="token_may_call_at_all"
            ),
        ),
        migrations.AddIndex(
            model_name="keptanswer",
            index=models.Index(fields=["organisation", "made_at"], name="kept_answer_by_age"),
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(
                fields=("organisation", "token", "key"), name="kept_answer_once"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["organisation", "at", "id"], name="call_by_time"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["organisation", "token", "at", "id"], name="call_of_token"),
        ),
        *(migrations.RunSQL(policy_sql(table), no_policy_sql(table)) for table in TABLES),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
        migrations.RunSQL(ROOM_TO_COUNT, NO_ROOM),
        migrations.RunSQL(ADMIT, NOBODY_ADMITTED),
        migrations.RunSQL(ACCESS, NO_ACCESS),
    ]
