"""The runs that are there already: it is noted whose own they are, and these people take part in them.

Whom a property of an object names is not known to a migration: `manage.py rebuild_workflow_access` adds it.
"""

from collections import defaultdict

from django.conf import settings
from django.db import migrations

from django_workflow_engine import conf
from django_workflow_engine.models.keys import key_text, to_primary_key

BATCH = 1_000
STARTS = ("attached", "started")
CREATOR = "created_by"


def fill(apps, schema_editor):
    """Note who started, and whom the columns of the objects name."""
    Filling(apps, schema_editor.connection).run()


class Filling:
    """One pass over all attachments, in batches."""

    def __init__(self, apps, connection):
        names = ("WorkflowAttachment", "WorkflowEvent", "RunParticipation", "VersionReadership")
        found = [apps.get_model("django_workflow_engine", name).objects.using(connection.alias) for name in names]
        self.attachments, self.events, self.participations, self.readerships = found
        self.user_model = apps.get_model(settings.AUTH_USER_MODEL)
        self.users = self.user_model._base_manager.using(connection.alias)
        self.objects = dict(self.models_with_people(apps, connection))
        self.read = set()

    def models_with_people(self, apps, connection):
        """Content types, each with the rows of its model and the lookups to the people whose they are."""
        tables = set(connection.introspection.table_names())
        content_types = apps.get_model("contenttypes", "ContentType").objects.using(connection.alias)
        used = self.attachments.order_by().values_list("content_type_id", flat=True).distinct()
        for content_type in content_types.filter(pk__in=list(used)):
            try:
                model = apps.get_model(content_type.app_label, content_type.model)
            except LookupError:  # it is installed no more
                continue
            lookups = [
                f"{name}__pk" for name in dict.fromkeys((CREATOR, *conf.owner_fields())) if self.names(model, name)
            ]
            if lookups and model._meta.db_table in tables:
                yield content_type.pk, (model, model._base_manager.using(connection.alias), lookups)

    def names(self, model, name):
        """Whether the model has a foreign key to users with this name."""
        field = next((field for field in model._meta.concrete_fields if field.name == name), None)
        related = None if field is None else field.related_model
        return related is not None and related._meta.concrete_model is self.user_model._meta.concrete_model

    def run(self):
        columns = ("pk", "created_at", "workflow_id", "started_by_id", "content_type_id", "object_id", "tombstone")
        last = 0
        while batch := list(self.attachments.filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
            self.note(batch)
            last = batch[-1][0]

    def note(self, batch):
        people, participations, readerships = self.people(batch), [], {}
        for key, created_at, workflow, *_object in batch:
            for user in people[key]:
                text = key_text(self.user_model, user)
                for principal in (f"user:{text}", f"requester:{text}"):
                    row = {"attachment_id": key, "principal": principal, "created_at": created_at}
                    participations.append(self.participations.model(**row))
                readerships[workflow, f"user:{text}"] = user
        self.participations.bulk_create(participations, ignore_conflicts=True)
        self.keep(readerships)

    def keep(self, readerships):
        model = self.readerships.model
        rows = [
            model(workflow_id=workflow, principal=principal, person_id=user)
            for (workflow, principal), user in readerships.items()
            if (workflow, principal) not in self.read
        ]
        self.readerships.bulk_create(rows, ignore_conflicts=True)
        self.read.update(readerships)

    def people(self, batch):
        """By attachment who started it, in earlier runs too, and whose its object is, as far as they are still there."""
        found = defaultdict(set)
        by_object = defaultdict(dict)
        for key, _created_at, _workflow, started_by, content_type, object_id, tombstone in batch:
            found[key].add(started_by)
            if content_type in self.objects and not tombstone:
                by_object[content_type][object_id] = key
        rows = self.events.filter(attachment__in=list(found), kind__in=STARTS).exclude(actor_id="").order_by()
        for key, text in rows.values_list("attachment_id", "actor_id").distinct():
            found[key].add(to_primary_key(self.user_model, text))
        for content_type, keys in by_object.items():
            model, rows, lookups = self.objects[content_type]
            wanted = {to_primary_key(model, object_id) for object_id in keys} - {None}
            for object_key, *users in rows.filter(pk__in=wanted).values_list("pk", *lookups):
                found[keys.get(key_text(model, object_key))].update(users)
        there = set(self.users.filter(pk__in=set().union(*found.values()) - {None}).values_list("pk", flat=True))
        return {key: users & there for key, users in found.items()}


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_workflow_engine", "0020_conditions_and_what_was_skipped"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
