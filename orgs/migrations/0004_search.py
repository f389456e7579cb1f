# Stored columns write the table anew, and nobody reads it meanwhile: seconds for a million people.
# Nothing has been released yet that would mind.

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_user_language"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="member",
            name="member_email_once",
        ),
        migrations.RemoveIndex(
            model_name="member",
            name="member_by_name",
        ),
        migrations.AddField(
            model_name="member",
            name="email_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower("email"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Trim(
                        django.db.models.functions.text.Concat(
                            "name", models.Value(" "), "email", output_field=models.TextField()
                        )
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["organisation", "search", "id"], name="member_by_search"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["organisation", "created_at", "id"], name="member_by_age"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                fields=("organisation", "email_key"), name="member_email_key_once"
            ),
        ),
    ]
