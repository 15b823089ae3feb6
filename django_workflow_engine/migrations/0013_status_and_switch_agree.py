"""A workflow is active by its status and by its switch: where a bulk update made them disagree, it was not usable."""

from django.db import migrations


def agree(apps, schema_editor):
    workflows = apps.get_model("django_workflow_engine", "WorkFlow").objects.using(schema_editor.connection.alias)
    workflows.filter(status="active", is_active=False).update(status="inactive")
    workflows.filter(is_active=True).exclude(status="active").update(is_active=False)


class Migration(migrations.Migration):

    dependencies = [
        ("django_workflow_engine", "0012_identities_are_unique"),
    ]

    operations = [migrations.RunPython(agree, migrations.RunPython.noop, elidable=True)]
