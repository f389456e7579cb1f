# Stored columns write the table anew, and nobody reads it meanwhile: seconds for a million teams.
# Nothing has been released yet that would mind.

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_search"),
        ("teams", "0002_policies"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="team",
            name="team_by_name",
        ),
        migrations.AddField(
            model_name="team",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Trim(
                        django.db.models.functions.text.Concat(
                            "name",
                            models.Value(" "),
                            "external_id",
                            output_field=models.TextField(),
                        )
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="team",
            index=models.Index(fields=["organisation", "search", "id"], name="team_by_search"),
        ),
    ]
