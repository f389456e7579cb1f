from django.db import migrations

from seatdash.tenancy import no_policy_sql, policy_sql


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]

    operations = [
        migrations.RunSQL(
            policy_sql("orgs_organisation", "id"), no_policy_sql("orgs_organisation")
        ),
        migrations.RunSQL(policy_sql("orgs_member"), no_policy_sql("orgs_member")),
    ]
