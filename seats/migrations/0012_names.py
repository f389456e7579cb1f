import django.db.models.deletion
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import no_policy_sql, policy_sql

TABLE = "seats_naming"
# What has names, and what else of it statements and files of the past say.
NAMED = [
    ("seats_product", "code"),
    ("seats_pool", None),
    ("teams_team", "cost_centre"),
    ("orgs_member", "email"),
]

# The moment is read after the row was changed, so by a transaction with a number: who asks for
# a moment waits for those that are running and may be older (`seats.exports.moments`).
# Of somebody who is erased nothing is kept, in whatever order that is done.
KEEP_NAME = """
    CREATE FUNCTION seats_keep_name() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF to_jsonb(NEW) ->> TG_ARGV[0] LIKE '%@erased.invalid' THEN
            DELETE FROM seats_naming
            WHERE organisation_id = NEW.organisation_id AND subject_id = NEW.id;
            RETURN NULL;
        END IF;
        INSERT INTO seats_naming (id, organisation_id, subject_id, name, code, until)
        VALUES (gen_random_uuid(), OLD.organisation_id, OLD.id, OLD.name,
            coalesce(to_jsonb(OLD) ->> TG_ARGV[0], ''), clock_timestamp());
        RETURN NULL;
    END $$;
"""


def trigger_sql(table: str, code: str | None) -> str:
    """Return the SQL that keeps the names of a table's rows; counters that move wake nothing."""
    columns = ["name", code] if code else ["name"]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
        CREATE TRIGGER {table}_keeps_names AFTER UPDATE OF {", ".join(columns)} ON {table}
        FOR EACH ROW WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))
        EXECUTE FUNCTION seats_keep_name({code or ""});
    """


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_privacy"),
        ("seats", "0011_erasure"),
        ("teams", "0006_cost_centre"),
    ]

    operations = [
        migrations.CreateModel(
            name="Naming",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_id", models.UUIDField()),
                ("name", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=254)),
                ("until", models.DateTimeField()),
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
            options={
                "indexes": [
                    models.Index(
                        models.F("organisation"),
                        models.F("subject_id"),
                        models.F("until"),
                        name="naming_by_time",
                    )
                ],
            },
        ),
        migrations.RunSQL(policy_sql(TABLE), no_policy_sql(TABLE)),
        migrations.RunSQL(KEEP_NAME, "DROP FUNCTION seats_keep_name();"),
        *(
            migrations.RunSQL(
                trigger_sql(table, code), f"DROP TRIGGER {table}_keeps_names ON {table};"
            )
            for table, code in NAMED
        ),
    ]
