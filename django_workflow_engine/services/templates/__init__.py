"""Editing templates: workflows, pipelines, stages, actions. A frozen version refuses all of it."""

from django_workflow_engine.services.templates.actions import create_action, delete_action, update_action
from django_workflow_engine.services.templates.activity import update_active_status
from django_workflow_engine.services.templates.cloning import clone_workflow
from django_workflow_engine.services.templates.ordering import reorder_pipelines, reorder_stages
from django_workflow_engine.services.templates.pipelines import create_pipeline, delete_pipeline, update_pipeline
from django_workflow_engine.services.templates.problems import TemplateProblem, template_problems
from django_workflow_engine.services.templates.stages import create_stage, delete_stage, update_stage
from django_workflow_engine.services.templates.workflows import create_workflow, delete_workflow, update_workflow

__all__ = [
    "TemplateProblem",
    "clone_workflow",
    "create_action",
    "create_pipeline",
    "create_stage",
    "create_workflow",
    "delete_action",
    "delete_pipeline",
    "delete_stage",
    "delete_workflow",
    "reorder_pipelines",
    "reorder_stages",
    "template_problems",
    "update_action",
    "update_active_status",
    "update_pipeline",
    "update_stage",
    "update_workflow",
]
