from django.db import migrations

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

TABLES = [
    "seats_product",
    "seats_pool",
    "seats_allocation",
    "seats_enrolment",
    "seats_ledgerentry",
    "seats_seatrequest",
]

REFERENCES = [
    ("seats_pool", "product_id", "seats_product"),
    ("seats_pool", "cloned_from_id", "seats_pool"),
    ("seats_allocation", "team_id", "teams_team"),
    ("seats_enrolment", "member_id", "orgs_member"),
    ("seats_ledgerentry", "product_id", "seats_product"),
    ("seats_ledgerentry", "pool_id", "seats_pool"),
    ("seats_ledgerentry", "team_id", "teams_team"),
    ("seats_ledgerentry", "enrolment_id", "seats_enrolment"),
    ("seats_ledgerentry", "member_id", "orgs_member"),
    ("seats_ledgerentry", "actor_id", "orgs_member"),
    ("seats_seatrequest", "team_id", "teams_team"),
    ("seats_seatrequest", "product_id", "seats_product"),
    ("seats_seatrequest", "asked_by_id", "orgs_member"),
    ("seats_seatrequest", "decided_by_id", "orgs_member"),
]

# An allocation's product is its pool's; an enrolment's pool and team are its allocation's.
WHOLE = """
    ALTER TABLE seats_allocation ADD CONSTRAINT seats_allocation_pool_of_product
        FOREIGN KEY (organisation_id, pool_id, product_id)
        REFERENCES seats_pool (organisation_id, id, product_id);
    ALTER TABLE seats_enrolment ADD CONSTRAINT seats_enrolment_allocation_whole
        FOREIGN KEY (organisation_id, allocation_id, pool_id, team_id)
        REFERENCES seats_allocation (organisation_id, id, pool_id, team_id);
"""
NOT_WHOLE = """
    ALTER TABLE seats_allocation DROP CONSTRAINT seats_allocation_pool_of_product;
    ALTER TABLE seats_enrolment DROP CONSTRAINT seats_enrolment_allocation_whole;
"""

# Half-empty pages leave room for the next version of a counter beside the last one, so that an
# enrolment touches no index of the pool.
ROOM_FOR_COUNTERS = """
    ALTER TABLE seats_pool SET (fillfactor = 50);
    ALTER TABLE seats_allocation SET (fillfactor = 50);
"""
NO_ROOM = """
    ALTER TABLE seats_pool RESET (fillfactor);
    ALTER TABLE seats_allocation RESET (fillfactor);
"""

APPEND_ONLY = """
    CREATE FUNCTION seats_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER seats_ledger_no_change BEFORE UPDATE OR DELETE ON seats_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION seats_ledger_is_append_only();
    CREATE TRIGGER seats_ledger_no_truncate BEFORE TRUNCATE ON seats_ledgerentry
        FOR EACH STATEMENT EXECUTE FUNCTION seats_ledger_is_append_only();
"""
NOT_APPEND_ONLY = """
    DROP TRIGGER seats_ledger_no_truncate ON seats_ledgerentry;
    DROP TRIGGER seats_ledger_no_change ON seats_ledgerentry;
    DROP FUNCTION seats_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("seats", "0001_initial"), ("teams", "0002_policies")]

    operations = [
        *(migrations.RunSQL(policy_sql(table), no_policy_sql(table)) for table in TABLES),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
        migrations.RunSQL(WHOLE, NOT_WHOLE),
        migrations.RunSQL(ROOM_FOR_COUNTERS, NO_ROOM),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
