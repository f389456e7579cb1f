# Stored columns write the tables anew, and nobody reads them meanwhile: few are the products and the
# pools. The index of enrolments keeps people from enrolling while it is made: seconds for a million.
# Nothing has been released yet that would mind.

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_search"),
        ("seats", "0005_imports"),
        ("teams", "0003_search"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="product",
            name="product_code_once",
        ),
        migrations.RemoveIndex(
            model_name="pool",
            name="pool_by_name",
        ),
        migrations.AddField(
            model_name="pool",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Trim("name")
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="code_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower("code"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Trim(
                        django.db.models.functions.text.Concat(
                            "name", models.Value(" "), "code", output_field=models.TextField()
                        )
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["organisation", "started_at", "id"], name="enrolment_by_start"
            ),
        ),
        migrations.AddIndex(
            model_name="pool",
            index=models.Index(fields=["organisation", "search", "id"], name="pool_by_search"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["organisation", "search", "id"], name="product_by_search"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                fields=("organisation", "code_key"), name="product_code_key_once"
            ),
        ),
    ]
