"""The runs that are there already: frozen versions belong to their template's company, and who takes part is noted.

Principals of a project's own kind are not known to a migration: `manage.py rebuild_workflow_access` adds them.
"""

from collections import defaultdict

from django.conf import settings
from django.db import migrations

from django_workflow_engine.models.keys import key_text, to_primary_key

BATCH = 1_000
STARTS = ("attached", "started")


def follow_the_templates(apps, schema_editor):
    """A version has the company of its template, which may have got another one since."""
    versions = apps.get_model("django_workflow_engine", "WorkFlow").objects.using(schema_editor.connection.alias)
    own, templates = ("company_id", "company_deleted"), ("cloned_from__company_id", "cloned_from__company_deleted")
    moved = defaultdict(list)
    for key, *values in versions.filter(is_hidden=True, cloned_from__isnull=False).values_list("pk", *own, *templates):
        if values[:2] != values[2:]:
            moved[tuple(values[2:])].append(key)
    for values, keys in moved.items():
        for start in range(0, len(keys), BATCH):
            versions.filter(pk__in=keys[start : start + BATCH]).update(**dict(zip(own, values, strict=True)))


def fill(apps, schema_editor):
    """Note who started, was asked and decided, and whose the template is."""
    Filling(apps, schema_editor.connection.alias).run()


class Filling:
    """One pass over all attachments, in batches."""

    def __init__(self, apps, alias):
        names = ("WorkflowAttachment", "WorkflowEvent", "RunParticipation", "VersionReadership")
        found = [apps.get_model("django_workflow_engine", name).objects.using(alias) for name in names]
        self.attachments, self.events, self.participations, self.readerships = found
        self.steps = apps.get_model("approval_workflow", "ApprovalInstance").objects.using(alias)
        self.user_model = apps.get_model(settings.AUTH_USER_MODEL)
        self.users = self.user_model._base_manager.using(alias)
        self.read = set()

    def run(self):
        columns = ("pk", "created_at", "started_by_id", "workflow_id", "workflow__company_id", "approval_flow_id")
        last = 0
        while batch := list(self.attachments.filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
            self.note(batch)
            last = batch[-1][0]

    def note(self, batch):
        asked, starters, participations, readerships = self.asked(batch), self.starters(batch), [], {}
        for key, created_at, started_by, workflow, company, flow in batch:
            people = {started_by, *asked[flow]} - {None}
            named = {f"user:{text}": user for text, user in self.named(people)} | starters[key]
            if company is not None:
                named[f"company:{key_text(self.user_model, company)}"] = None
            for principal, user in named.items():
                participations.append(
                    self.participations.model(attachment_id=key, principal=principal, created_at=created_at)
                )
                readerships[workflow, principal] = user
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

    def asked(self, batch):
        found = defaultdict(set)
        flows = [row[-1] for row in batch if row[-1] is not None]
        rows = self.steps.filter(flow__in=flows).values_list("flow_id", "assigned_to_id", "action_user_id")
        for flow, *people in rows.iterator():
            found[flow].update(people)
        return found

    def starters(self, batch):
        """Who started earlier runs, which the audit trail alone knows, as far as these users are still there."""
        rows = self.events.filter(attachment__in=[row[0] for row in batch], kind__in=STARTS).exclude(actor_id="")
        started = [(key, text) for key, text in rows.values_list("attachment_id", "actor_id")]
        users = {key_text(self.user_model, user): user for user in self.present({text for _key, text in started})}
        found = defaultdict(dict)
        for key, text in started:
            if text in users:
                found[key][f"user:{text}"] = users[text]
        return found

    def present(self, texts):
        keys = {to_primary_key(self.user_model, text) for text in texts} - {None}
        return self.users.filter(pk__in=keys).values_list("pk", flat=True)

    def named(self, users):
        return [(key_text(self.user_model, user), user) for user in users]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("approval_workflow", "0003_enhanced_features_combined"),
        ("django_workflow_engine", "0016_who_takes_part"),
    ]

    operations = [
        migrations.RunPython(follow_the_templates, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
