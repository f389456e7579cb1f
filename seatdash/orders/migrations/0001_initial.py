import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import orgs.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0005_member_with_rights'),
        ('seats', '0010_chain'),
        ('teams', '0005_team_managers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('vendor_id', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, default='', max_length=200)),
                ('customer_id', models.CharField(blank=True, default='', max_length=200)),
                ('customer_email', models.CharField(blank=True, default='', max_length=254)),
                ('customer_name', models.CharField(blank=True, default='', max_length=200)),
                ('customer_company', models.CharField(blank=True, default='', max_length=200)),
                ('total', models.BigIntegerField(null=True)),
                ('is_told', models.BooleanField(default=False)),
                ('is_paid', models.BooleanField(default=False)),
                ('revision', models.CharField(blank=True, default='', max_length=40)),
                ('is_cancelled', models.BooleanField(default=False)),
                ('settled_amount', models.BigIntegerField(default=0)),
                ('is_due', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('expected', 'Not complete yet'), ('waiting', 'Waiting for you'), ('done', 'Done'), ('refunded', 'Refunded'), ('ignored', 'Ignored'), ('failed', 'Failed')], default='expected', max_length=10)),
                ('problem', models.CharField(blank=True, default='', max_length=1000)),
                ('word', models.CharField(blank=True, default='', max_length=500)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('team', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='OrderDeed',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=1000)),
                ('xid', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.member')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='deeds', to='orders.order')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('stripe', 'Stripe'), ('shopify', 'Shopify'), ('woocommerce', 'WooCommerce'), ('generic', 'Zapier, Make, n8n or your own program')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('secret', models.BinaryField(null=True)),
                ('api_key', models.BinaryField(null=True)),
                ('makes_teams', models.BooleanField(default=False)),
                ('skips_unknown', models.BooleanField(default=False)),
                ('paused_at', models.DateTimeField(null=True)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('last_received_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.member')),
                ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.member')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ProductRule',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('external', models.CharField(max_length=200, verbose_name='their product or price id')),
                ('mode', models.CharField(choices=[('own', 'Its own seats'), ('shared', 'A shared pool'), ('template', 'A template'), ('nothing', 'No seats')], default='own', max_length=10)),
                ('seats', models.PositiveIntegerField(default=1)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('pool', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seats.pool')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seats.product')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='product_rules', to='orders.source')),
            ],
        ),
        migrations.CreateModel(
            name='OrderMessage',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('vendor_id', models.CharField(max_length=200)),
                ('topic', models.CharField(blank=True, default='', max_length=100)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField(default=b'')),
                ('fetched', models.JSONField(null=True)),
                ('outcome', models.CharField(choices=[('waits', 'Not read yet'), ('read', 'Read'), ('not_needed', 'Not needed'), ('not_understood', 'Not understood'), ('ignored', 'Ignored')], default='waits', max_length=15)),
                ('problem', models.CharField(blank=True, default='', max_length=500)),
                ('times', models.PositiveIntegerField(default=1)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('order', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.order')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='orders.source')),
            ],
        ),
        migrations.AddField(
            model_name='order',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.source'),
        ),
        migrations.CreateModel(
            name='CustomerRule',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('customer', models.CharField(max_length=254, verbose_name='their customer')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('team', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.team')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='customer_rules', to='orders.source')),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200)),
                ('externals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None)),
                ('title', models.CharField(blank=True, default='', max_length=300)),
                ('quantity', models.PositiveIntegerField()),
                ('mode', models.CharField(blank=True, choices=[('own', 'Its own seats'), ('shared', 'A shared pool'), ('template', 'A template'), ('nothing', 'No seats')], default='', max_length=10)),
                ('seats', models.PositiveIntegerField(default=0)),
                ('units', models.PositiveIntegerField(default=0)),
                ('given', models.PositiveIntegerField(default=0)),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
                ('pool', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seats.pool')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seats.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'key'), name='orders_line_once')],
            },
        ),
        migrations.CreateModel(
            name='OrderRefund',
            fields=[
                ('id', models.UUIDField(default=orgs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200)),
                ('line_key', models.CharField(blank=True, default='', max_length=200)),
                ('units', models.PositiveIntegerField(null=True)),
                ('amount', models.BigIntegerField(null=True)),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.order')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'key', 'line_key'), name='orders_refund_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='orders_source_name'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='orders_source_in_org'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['stripe', 'shopify', 'woocommerce', 'generic'])), name='orders_source_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='productrule',
            constraint=models.UniqueConstraint(fields=('source', 'external'), name='orders_product_once'),
        ),
        migrations.AddConstraint(
            model_name='productrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mode', 'own'), ('pool__isnull', True), ('product__isnull', False), ('seats__gt', 0)), models.Q(('mode__in', ['shared', 'template']), ('pool__isnull', False), ('product__isnull', False)), models.Q(('mode', 'nothing'), ('pool__isnull', True), ('product__isnull', True)), _connector='OR'), name='orders_product_rule_whole'),
        ),
        migrations.AddIndex(
            model_name='ordermessage',
            index=models.Index(models.F('organisation'), models.F('received_at'), name='orders_messages_by_age'),
        ),
        migrations.AddIndex(
            model_name='ordermessage',
            index=models.Index(models.F('organisation'), models.F('received_at'), condition=models.Q(('outcome__in', ['waits', 'not_understood'])), name='orders_unread'),
        ),
        migrations.AddConstraint(
            model_name='ordermessage',
            constraint=models.UniqueConstraint(fields=('source', 'vendor_id'), name='orders_message_once'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('organisation'), models.F('created_at'), models.F('id'), name='orders_by_age'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('organisation'), models.F('created_at'), condition=models.Q(('state__in', ['waiting', 'failed'])), name='orders_inbox'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('organisation'), condition=models.Q(('is_due', True)), name='orders_due'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('source', 'vendor_id'), name='orders_order_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('organisation', 'id'), name='orders_order_in_org'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['expected', 'waiting', 'done', 'refunded', 'ignored', 'failed'])), name='orders_order_state_known'),
        ),
        migrations.AddConstraint(
            model_name='customerrule',
            constraint=models.UniqueConstraint(fields=('source', 'customer'), name='orders_customer_once'),
        ),
    ]
