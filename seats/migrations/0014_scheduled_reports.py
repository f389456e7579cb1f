import django.db.models.deletion
import django.db.models.functions.datetime
import orgs.ids
from django.db import migrations, models

from seatdash.tenancy import (
    any_organisation_sql,
    no_policy_sql,
    policy_sql,
    same_organisation_sql,
)

REFERENCES = [
    ("seats_scheduledreport", "owner_id", "orgs_member"),
    ("seats_reportreader", "report_id", "seats_scheduledreport"),
    ("seats_reportreader", "member_id", "orgs_member"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_currency"),
        ("seats", "0013_prices"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScheduledReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statement", "Statement"),
                            ("usage", "Usage"),
                            ("enrolments", "Enrolments"),
                        ],
                        max_length=12,
                        verbose_name="report",
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("monthly", "Monthly, on the first"),
                            ("weekly", "Weekly, on Monday"),
                        ],
                        max_length=10,
                        verbose_name="how often",
                    ),
                ),
                ("next_on", models.DateField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "id"), name="scheduled_report_in_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["statement", "usage", "enrolments"])),
                        name="scheduled_report_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rhythm__in", ["monthly", "weekly"])),
                        name="scheduled_report_rhythm_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportReader",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.member",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="seats.scheduledreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "report", "member"), name="report_reader_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="scheduledreport",
            name="readers",
            field=models.ManyToManyField(
                related_name="+", through="seats.ReportReader", to="orgs.member"
            ),
        ),
        *(
            migrations.RunSQL(policy_sql(table), no_policy_sql(table))
            for table in ("seats_scheduledreport", "seats_reportreader")
        ),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
    ]
