from django.db import migrations

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

REFERENCES = [
    ("teams_team", "parent_id", "teams_team"),
    ("teams_teammember", "team_id", "teams_team"),
    ("teams_teammember", "member_id", "orgs_member"),
]


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial"), ("orgs", "0002_policies")]

    operations = [
        *(
            migrations.RunSQL(policy_sql(table), no_policy_sql(table))
            for table in ("teams_team", "teams_teammember")
        ),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
    ]
