"""Who takes part in which run, as rows that lists are read from."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import django_workflow_engine.models.exact


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("django_workflow_engine", "0015_versions_by_identity"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunParticipation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "attachment_id", "principal", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "principal",
                    django_workflow_engine.models.exact.ExactCharField(max_length=300, verbose_name="principal"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        help_text="As in the attachment, by which lists are ordered.", verbose_name="attached at"
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="django_workflow_engine.workflowattachment",
                        verbose_name="attachment",
                    ),
                ),
            ],
            options={
                "verbose_name": "participation in runs",
                "verbose_name_plural": "participations in runs",
                "indexes": [
                    models.Index(fields=["principal", "-created_at", "-attachment"], name="participation_newest_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionReadership",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "workflow_id", "principal", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "principal",
                    django_workflow_engine.models.exact.ExactCharField(max_length=300, verbose_name="principal"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="The user, where the principal is one.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readerships",
                        to="django_workflow_engine.workflow",
                        verbose_name="workflow",
                    ),
                ),
            ],
            options={
                "verbose_name": "readership of a version",
                "verbose_name_plural": "readerships of versions",
                "indexes": [models.Index(fields=["principal", "workflow"], name="readership_of_principal_idx")],
            },
        ),
    ]
