from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0006_privacy")]

    operations = [
        migrations.AddField(
            "organisation",
            "currency",
            models.CharField("currency", max_length=3, blank=True, default="", db_default=""),
        ),
        migrations.AddConstraint(
            "organisation",
            models.UniqueConstraint(fields=["id", "currency"], name="organisation_currency"),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=models.Q(currency="") | models.Q(currency__regex="^[A-Z]{3}$"),
                name="organisation_currency_is_a_code",
            ),
        ),
    ]
