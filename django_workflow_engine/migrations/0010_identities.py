"""Templates and their parts get a column for what they are known by in every database."""

from django.db import migrations, models

MODELS = ("workflow", "pipeline", "stage", "workflowaction")


class Migration(migrations.Migration):
    dependencies = [("django_workflow_engine", "0009_related_names_of_users")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="uuid",
            field=models.UUIDField(editable=False, null=True, verbose_name="identity"),
        )
        for name in MODELS
    ]
