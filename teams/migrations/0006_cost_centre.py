from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0005_team_managers")]

    operations = [
        migrations.AddField(
            "team",
            "cost_centre",
            models.CharField("cost centre", max_length=100, blank=True, default="", db_default=""),
        ),
    ]
