import django.contrib.postgres.fields
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

TABLES = ["webhooks_endpoint", "webhooks_delivery", "webhooks_attempt"]
REFERENCES = [
    ("webhooks_endpoint", "created_by_id", "orgs_member"),
    ("webhooks_delivery", "endpoint_id", "webhooks_endpoint"),
    ("webhooks_attempt", "delivery_id", "webhooks_delivery"),
]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0005_member_with_rights'),
        ('seats', '0010_chain'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=1000, verbose_name='address')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('enrolment.created', 'Somebody was enrolled'), ('enrolment.ended', 'An enrolment ended: revoked, expired or left'), ('pool.changed', 'Seats, use, teams or terms of a pool changed'), ('pool.threshold', 'So much of a pool is in use'), ('request.created', 'A manager asked for seats'), ('request.decided', 'A request was approved or declined'), ('test', 'A test')], max_length=40), size=None)),
                ('thresholds', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('is_hook', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('off', 'Switched off')], default='active', max_length=10)),
                ('off_because', models.CharField(blank=True, choices=[('', ''), ('failing', 'Nothing reached it for three days.'), ('gone', 'It answered 410 Gone: it wants no more events.')], default='', max_length=10)),
                ('position', models.BigIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('rest_until', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('created_by', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.member')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(choices=[('enrolment.created', 'Somebody was enrolled'), ('enrolment.ended', 'An enrolment ended: revoked, expired or left'), ('pool.changed', 'Seats, use, teams or terms of a pool changed'), ('pool.threshold', 'So much of a pool is in use'), ('request.created', 'A manager asked for seats'), ('request.decided', 'A request was approved or declined'), ('test', 'A test')], max_length=40)),
                ('about', models.UUIDField()),
                ('threshold', models.PositiveSmallIntegerField(null=True)),
                ('lane', models.UUIDField()),
                ('turn', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Delivered'), ('failed', 'Failed'), ('skipped', 'Skipped')], default='waiting', max_length=10)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('tried', models.PositiveIntegerField(default=0)),
                ('tried_since', models.DateTimeField(null=True)),
                ('last_status', models.PositiveSmallIntegerField(null=True)),
                ('next_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('endpoint', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='webhooks.endpoint')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('ms', models.PositiveIntegerField()),
                ('answer', models.TextField(blank=True, default='', max_length=1024)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='webhooks.delivery')),
            ],
            options={
                'indexes': [models.Index(models.F('delivery'), models.F('at'), name='attempt_of_delivery')],
            },
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(models.F('due_at'), condition=models.Q(('state', 'active')), name='endpoint_due'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='endpoint_in_organisation'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('off_because__in', ['failing', 'gone']), ('state', 'off')), models.Q(('off_because', ''), ('state__in', ['active', 'paused'])), _connector='OR'), name='endpoint_off_for_a_reason'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('endpoint'), models.F('turn'), models.F('id'), condition=models.Q(('state', 'waiting')), name='delivery_in_turn'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('endpoint'), models.F('next_at'), condition=models.Q(('state', 'waiting')), name='delivery_by_next'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('endpoint'), models.F('created_at'), models.F('id'), name='delivery_by_age'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('endpoint'), models.F('state'), models.F('created_at'), models.F('id'), name='delivery_by_state'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('organisation'), models.F('created_at'), name='delivery_old'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='delivery_in_organisation'),
        ),
        *(migrations.RunSQL(policy_sql(table), no_policy_sql(table)) for table in TABLES),
        *(
            migrations.RunSQL(
                same_organisation_sql(table, column, target), any_organisation_sql(table, column)
            )
            for table, column, target in REFERENCES
        ),
    ]
