import django.db.models.deletion
import orgs.ids
from django.db import migrations, models
from django.db.models.functions import Now

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLE = "seats_price"
REFERENCES = [("product_id", "seats_product"), ("set_by_id", "orgs_member")]

# The organisation keeps its currency while there is a price in it.
IN_ITS_CURRENCY = """
    ALTER TABLE seats_price ADD CONSTRAINT seats_price_in_the_currency_of_the_organisation
        FOREIGN KEY (organisation_id, currency) REFERENCES orgs_organisation (id, currency);
"""
IN_ANY_CURRENCY = (
    "ALTER TABLE seats_price DROP CONSTRAINT seats_price_in_the_currency_of_the_organisation"
)

# What has begun has been charged; only a price that is still to come may be changed.
KEEP = """
    CREATE FUNCTION seats_price_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a price that has begun is not changed; set another';
    END $$;
    CREATE TRIGGER seats_price_kept BEFORE UPDATE OR DELETE ON seats_price
        FOR EACH ROW WHEN (OLD.valid_from <= now()) EXECUTE FUNCTION seats_price_is_kept();
"""
KEEP_NOT = """
    DROP TRIGGER seats_price_kept ON seats_price;
    DROP FUNCTION seats_price_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_currency"),
        ("seats", "0012_names"),
        ("teams", "0006_cost_centre"),
    ]

    operations = [
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                ("currency", models.CharField(max_length=3)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("seats", "Seats given"),
                            ("seat_days", "Days in use"),
                            ("enrolments", "Enrolments"),
                        ],
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("set_at", models.DateTimeField(db_default=Now(), editable=False)),
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
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="seats.product",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "product", "valid_from"),
                        name="price_once_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(amount__gte=0), name="price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(basis__in=["seats", "seat_days", "enrolments"]),
                        name="price_basis_known",
                    ),
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
        migrations.RunSQL(IN_ITS_CURRENCY, IN_ANY_CURRENCY),
        migrations.RunSQL(KEEP, KEEP_NOT),
    ]
