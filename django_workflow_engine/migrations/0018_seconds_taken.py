"""How long a run took, kept by the database for averages."""

from django.db import migrations, models

import django_workflow_engine.models.durations


class Migration(migrations.Migration):
    dependencies = [("django_workflow_engine", "0017_fill_who_takes_part")]

    operations = [
        migrations.AddField(
            model_name="workflowattachment",
            name="seconds_taken",
            field=models.GeneratedField(
                db_persist=True,
                expression=django_workflow_engine.models.durations.SecondsBetween("started_at", "completed_at"),
                help_text="From the start to the end of the run, kept for averages; none before the end.",
                output_field=models.FloatField(),
                verbose_name="seconds taken",
            ),
        ),
    ]
