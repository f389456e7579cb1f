import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from seatdash.tenancy import no_policy_sql, policy_sql

# A running digest over a window: each is that of the one before, or of the head that is given,
# followed by the bytes of the row. In plpgsql, which keeps its plan; SQL would make one for each.
CHAIN = """
    CREATE FUNCTION seats_chain_step(before bytea, head bytea, bytes bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        RETURN pg_catalog.sha256(coalesce(before, head) || bytes);
    END $$;
    CREATE AGGREGATE seats_chain(head bytea, bytes bytea) (
        SFUNC = seats_chain_step, STYPE = bytea, PARALLEL = SAFE);
"""
NO_CHAIN = """
    DROP AGGREGATE seats_chain(bytea, bytea);
    DROP FUNCTION seats_chain_step(bytea, bytea, bytea);
"""

# No foreign key to the ledger: its check would lock, and so write again, each row of the ledger;
# and what is taken out of the ledger behind our back should leave its link behind as a witness.
APPEND_ONLY = """
    CREATE TRIGGER seats_link_no_change BEFORE UPDATE OR DELETE ON seats_link
        FOR EACH ROW EXECUTE FUNCTION seats_ledger_is_append_only();
    CREATE TRIGGER seats_link_no_truncate BEFORE TRUNCATE ON seats_link
        FOR EACH STATEMENT EXECUTE FUNCTION seats_ledger_is_append_only();
"""
NOT_APPEND_ONLY = """
    DROP TRIGGER seats_link_no_truncate ON seats_link;
    DROP TRIGGER seats_link_no_change ON seats_link;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0005_member_with_rights"),
        ("seats", "0009_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkedUntil",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("ahead", models.BigIntegerField()),
                (
                    "running",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("written_by", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="linked_until_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="seats.ledgerentry",
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "position"), name="link_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gt", 0)), name="link_position_from_one"
                    ),
                ],
            },
        ),
        migrations.RunSQL(policy_sql("seats_link"), no_policy_sql("seats_link")),
        migrations.RunSQL(CHAIN, NO_CHAIN),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
