"""Frozen versions of before know where their pipelines and stages came from, as far as that can still be told."""

from django.db import migrations


def find_origins(apps, schema_editor):
    """The template's pipeline, and stage, at the same place with the same name; no other is guessed."""
    alias = schema_editor.connection.alias
    workflows = apps.get_model("django_workflow_engine", "WorkFlow").objects.using(alias)
    pipelines = apps.get_model("django_workflow_engine", "Pipeline").objects.using(alias)
    stages = apps.get_model("django_workflow_engine", "Stage").objects.using(alias)
    versions = workflows.filter(is_hidden=True, cloned_from__isnull=False)
    for version_id, template_id in versions.values_list("pk", "cloned_from_id").iterator():
        own = dict(_places(pipelines.filter(workflow=template_id), "order", "name_en"))
        for place, pk in _places(pipelines.filter(workflow=version_id), "order", "name_en"):
            pipelines.filter(pk=pk).update(origin_id=own.get(place))
        path = ("pipeline__order", "pipeline__name_en", "order", "name_en")
        own = dict(_places(stages.filter(pipeline__workflow=template_id), *path))
        for place, pk in _places(stages.filter(pipeline__workflow=version_id), *path):
            stages.filter(pk=pk).update(origin_id=own.get(place))


def _places(rows, *columns):
    return [(tuple(place), pk) for *place, pk in rows.values_list(*columns, "pk")]


class Migration(migrations.Migration):
    dependencies = [("django_workflow_engine", "0005_objects_and_origins")]

    operations = [migrations.RunPython(find_origins, migrations.RunPython.noop)]
