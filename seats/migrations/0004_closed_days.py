import django.db.models.deletion
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLE = "seats_closedday"
REFERENCES = [("product_id", "seats_product"), ("pool_id", "seats_pool")]


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_policies"),
        ("seats", "0003_take_seats"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("time_zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("capacity", models.BigIntegerField(null=True)),
                ("used", models.BigIntegerField()),
                ("unlimited", models.BigIntegerField(default=0)),
                ("seq", models.BigIntegerField(default=0)),
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
                    "pool",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="seats.pool",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="seats.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "product", "pool", "day"),
                        name="closed_day_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(policy_sql(TABLE), no_policy_sql(TABLE)),
        *(
            migrations.RunSQL(
                same_organisation_sql(TABLE, column, target), any_organisation_sql(TABLE, column)
            )
            for column, target in REFERENCES
        ),
    ]
