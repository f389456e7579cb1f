from django.db import migrations

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLES = [
    "orders_source",
    "orders_productrule",
    "orders_customerrule",
    "orders_order",
    "orders_orderline",
    "orders_orderrefund",
    "orders_ordermessage",
    "orders_orderdeed",
]

REFERENCES = [
    ("orders_source", "member_id", "orgs_member"),
    ("orders_source", "created_by_id", "orgs_member"),
    ("orders_productrule", "source_id", "orders_source"),
    ("orders_productrule", "product_id", "seats_product"),
    ("orders_productrule", "pool_id", "seats_pool"),
    ("orders_customerrule", "source_id", "orders_source"),
    ("orders_customerrule", "team_id", "teams_team"),
    ("orders_order", "source_id", "orders_source"),
    ("orders_order", "team_id", "teams_team"),
    ("orders_orderline", "order_id", "orders_order"),
    ("orders_orderline", "product_id", "seats_product"),
    ("orders_orderline", "pool_id", "seats_pool"),
    ("orders_orderrefund", "order_id", "orders_order"),
    ("orders_ordermessage", "source_id", "orders_source"),
    ("orders_ordermessage", "order_id", "orders_order"),
    ("orders_orderdeed", "order_id", "orders_order"),
    ("orders_orderdeed", "actor_id", "orgs_member"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("orgs", "0002_policies"),
        ("seats", "0002_policies"),
        ("teams", "0002_policies"),
    ]

    operations = [
        *(migrations.RunSQL(policy_sql(table), no_policy_sql(table)) for table in TABLES),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
    ]
