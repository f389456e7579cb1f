import django.db.models.deletion
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLE = "seats_watch"
WHOLE = """
    ALTER TABLE seats_watch ADD CONSTRAINT seats_watch_allocation_whole
        FOREIGN KEY (organisation_id, allocation_id, pool_id, team_id)
        REFERENCES seats_allocation (organisation_id, id, pool_id, team_id);
"""
NOT_WHOLE = "ALTER TABLE seats_watch DROP CONSTRAINT seats_watch_allocation_whole"


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_search"),
        ("seats", "0008_enrolments_by_end"),
        ("teams", "0004_invitation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seats", models.PositiveIntegerField()),
                ("seq", models.BigIntegerField()),
                (
                    "allocation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="seats.allocation",
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
                (
                    "pool",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="seats.pool",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seats__gt", 0)), name="watch_of_seats"
                    )
                ],
            },
        ),
        migrations.RunSQL(policy_sql(TABLE), no_policy_sql(TABLE)),
        migrations.RunSQL(
            same_organisation_sql(TABLE, "pool_id", "seats_pool"),
            any_organisation_sql(TABLE, "pool_id"),
        ),
        migrations.RunSQL(WHOLE, NOT_WHOLE),
    ]
