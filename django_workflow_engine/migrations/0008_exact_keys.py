"""Keys of objects are compared character by character, on MySQL and MariaDB too."""

from django.db import migrations

from django_workflow_engine.models.exact import ExactCharField, exact_collation


def make_flows_exact(apps, schema_editor):
    """The approval package keeps one flow for each key: keys that it took for one would share a flow."""
    if exact_collation(schema_editor.connection) is None:
        return
    flow = apps.get_model("approval_workflow", "ApprovalFlow")
    exact = ExactCharField(max_length=255)
    exact.set_attributes_from_name("object_id")
    exact.model = flow
    schema_editor.alter_field(flow, flow._meta.get_field("object_id"), exact)


class Migration(migrations.Migration):
    dependencies = [
        ("approval_workflow", "0003_enhanced_features_combined"),
        ("django_workflow_engine", "0007_places_in_arabic"),
    ]

    operations = [
        migrations.AlterField(
            model_name="workflowattachment",
            name="object_id",
            field=ExactCharField(max_length=255, verbose_name="object's key"),
        ),
        # MySQL changes a table outside of every transaction
        migrations.RunPython(make_flows_exact, migrations.RunPython.noop, atomic=False),
    ]
