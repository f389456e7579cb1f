import django.db.models.deletion
import django.db.models.functions.datetime
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLES = ["seats_seal", "seats_proof", "seats_withheld"]

# What is sealed stays so.
APPEND_ONLY = """
    CREATE TRIGGER seats_seal_no_change BEFORE UPDATE OR DELETE ON seats_seal
        FOR EACH ROW EXECUTE FUNCTION seats_ledger_is_append_only();
    CREATE TRIGGER seats_seal_no_truncate BEFORE TRUNCATE ON seats_seal
        FOR EACH STATEMENT EXECUTE FUNCTION seats_ledger_is_append_only();
"""
NOT_APPEND_ONLY = """
    DROP TRIGGER seats_seal_no_truncate ON seats_seal;
    DROP TRIGGER seats_seal_no_change ON seats_seal;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_privacy"),
        ("seats", "0010_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("proved_at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("position", models.BigIntegerField()),
                ("flaws", models.JSONField(default=list)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withheld",
                        serialize=False,
                        to="seats.ledgerentry",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("sealed_at", models.DateTimeField()),
                ("position", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("signature", models.BinaryField(max_length=32)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "day"), name="seal_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("position__gt", 0)), name="seal_of_something"
                    ),
                ],
            },
        ),
        *(migrations.RunSQL(policy_sql(table), no_policy_sql(table)) for table in TABLES),
        migrations.RunSQL(
            same_organisation_sql("seats_withheld", "by_id", "orgs_member"),
            any_organisation_sql("seats_withheld", "by_id"),
        ),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
