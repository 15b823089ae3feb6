"""Every template and every part gets an identity; those of frozen versions follow from what they were made of."""

import uuid

from django.db import migrations

BATCH = 500


def fill_identities(apps, schema_editor):
    """From the top, in batches: what is below asks for the identity of what is above."""
    alias = schema_editor.connection.alias

    def rows(name):
        return apps.get_model("django_workflow_engine", name).objects.using(alias)

    fill(rows("WorkFlow").filter(is_hidden=False))
    fill(rows("WorkFlow"), lambda row: (row.cloned_from, row.fingerprint), "cloned_from")
    for name, above in (("Pipeline", "workflow"), ("Stage", "pipeline")):
        fill(rows(name).filter(is_hidden=False))
        fill_copies(rows(name), above)
    fill(rows("WorkflowAction"))


def fill_copies(rows, above):
    """The parts of frozen versions, each of which may know the template's part that it was copied from."""
    origins = dict(rows.filter(is_hidden=False).values_list("pk", "uuid"))
    fill(rows, lambda row: (getattr(row, above), origins.get(row.origin_id)), above)


def fill(rows, made_of=None, *related):
    """Give an identity to those that have none: one that follows from what they are made of, or a new one."""
    taken = set()
    waiting = rows.filter(uuid=None).order_by("pk")
    if related:
        waiting = waiting.select_related(*related)
    while batch := list(waiting.all()[:BATCH]):
        for row in batch:
            whole, name = made_of(row) if made_of else (None, None)
            found = uuid.uuid5(whole.uuid, str(name)) if whole and whole.uuid and name else uuid.uuid4()
            row.uuid = uuid.uuid4() if found in taken else found
            taken.add(row.uuid)
        rows.bulk_update(batch, ["uuid"])


class Migration(migrations.Migration):
    dependencies = [("django_workflow_engine", "0010_identities")]

    operations = [migrations.RunPython(fill_identities, migrations.RunPython.noop)]
