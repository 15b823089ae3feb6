"""Idempotency keys are compared character by character, on MySQL and MariaDB too."""

from django.db import migrations

from django_workflow_engine.models.exact import ExactCharField


class Migration(migrations.Migration):
    dependencies = [("gql_workflows", "0001_idempotent_requests")]

    operations = [
        migrations.AlterField(
            model_name="idempotentrequest",
            name="key",
            field=ExactCharField(max_length=255, verbose_name="key"),
        ),
    ]
