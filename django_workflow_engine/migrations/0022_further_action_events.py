"""Actions answer that somebody is asked, and that a run is called off; the choices alone, no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('django_workflow_engine', '0021_fill_whose_runs_are'),
    ]

    operations = [
        migrations.AlterField(
            model_name='actionrun',
            name='action_type',
            field=models.CharField(choices=[('after_approve', 'After an approval'), ('after_reject', 'After a rejection'), ('after_resubmission', 'After a request for resubmission'), ('after_delegate', 'After a delegation'), ('after_move_stage', 'After a move to another stage'), ('after_move_pipeline', 'After a move to another pipeline'), ('on_workflow_start', 'When the workflow starts'), ('on_workflow_complete', 'When the workflow completes'), ('on_approval_requested', 'When somebody is asked for an approval'), ('on_workflow_cancel', 'When the workflow is cancelled')], max_length=30, verbose_name='event type'),
        ),
        migrations.AlterField(
            model_name='workflowaction',
            name='action_type',
            field=models.CharField(choices=[('after_approve', 'After an approval'), ('after_reject', 'After a rejection'), ('after_resubmission', 'After a request for resubmission'), ('after_delegate', 'After a delegation'), ('after_move_stage', 'After a move to another stage'), ('after_move_pipeline', 'After a move to another pipeline'), ('on_workflow_start', 'When the workflow starts'), ('on_workflow_complete', 'When the workflow completes'), ('on_approval_requested', 'When somebody is asked for an approval'), ('on_workflow_cancel', 'When the workflow is cancelled')], max_length=30, verbose_name='event'),
        ),
    ]
