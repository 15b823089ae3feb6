"""One frozen version for each content is what its identity says, on MariaDB and MySQL too, which hold no condition."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("django_workflow_engine", "0014_active_by_status")]

    operations = [
        migrations.AddIndex(
            model_name="workflow",
            index=models.Index(fields=["cloned_from", "fingerprint"], name="workflow_version_idx"),
        ),
        migrations.RemoveConstraint(model_name="workflow", name="workflow_one_version_per_content"),
    ]
