# The index is made anew with those that have no end, so that a list by their ends needs no sorting.
# People cannot enrol meanwhile: seconds for a million. Nothing has been released yet that would mind.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_search"),
        ("seats", "0007_request_answers"),
        ("teams", "0004_invitation"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_ending_soon",
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["organisation", "expires_at", "id"],
                name="enrolment_by_end",
            ),
        ),
    ]
