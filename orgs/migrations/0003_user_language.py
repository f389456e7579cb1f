from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_policies")]

    operations = [
        migrations.AddField(
            "user",
            "language",
            models.CharField("language", max_length=10, blank=True, default="", db_default=""),
        ),
    ]
