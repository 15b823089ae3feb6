"""Indexes that a longer one, or a unique constraint, begins with are dropped: every write paid for them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contenttypes", "0002_remove_content_type_name"),("django_workflow_engine", "0018_seconds_taken")]

    operations = [
        migrations.AlterField(
            model_name='actionrun',
            name='attachment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='action_runs', to='django_workflow_engine.workflowattachment', verbose_name='attachment'),
        ),
        migrations.AlterField(
            model_name='pipeline',
            name='workflow',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pipelines', to='django_workflow_engine.workflow', verbose_name='workflow'),
        ),
        migrations.AlterField(
            model_name='stage',
            name='pipeline',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='django_workflow_engine.pipeline', verbose_name='pipeline'),
        ),
        migrations.AlterField(
            model_name='workflow',
            name='cloned_from',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='django_workflow_engine.workflow', verbose_name='template'),
        ),
        migrations.AlterField(
            model_name='workflowattachment',
            name='content_type',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype', verbose_name='model'),
        ),
        migrations.AlterField(
            model_name='workflowevent',
            name='attachment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='django_workflow_engine.workflowattachment', verbose_name='attachment'),
        ),
    ]
