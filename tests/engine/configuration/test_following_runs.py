"""The business object follows its run: by the verbs, in every strategy, and all or nothing."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object, reject_step, start_workflow
from django_workflow_engine.services.configuration.reading import WorkflowNotAllowed
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configuration():
    hooks.calls.clear()
    return register_model_for_workflow(
        Deal,
        status_field="status",
        stage_field="stage",
        completion_status_value="won",
        rejection_status_value="lost",
    )


@pytest.fixture
def approver():
    return UserFactory()


@pytest.fixture
def deal():
    return Deal.objects.create(title="Printer")


def stored(deal) -> tuple[str, str]:
    deal.refresh_from_db()
    return deal.status, deal.stage


@pytest.mark.parametrize(
    ("strategy", "names"), [(1, ["Stage 1", "Stage 2", "Stage 3"]), (2, ["Pipeline 1", "Pipeline 2"]), (3, ["Leave"])]
)
def test_the_object_follows_its_run_to_the_end(strategy, names, deal, approver):
    template = template_for(strategy, [[by_user(approver)]] * len(names), name_en="Leave")
    attach_workflow_to_object(deal, template)
    for name in names:
        assert stored(deal)[0] == "draft"
        assert stored(deal)[1].startswith(name)
        approve(deal, approver)
    assert stored(deal)[0] == "won"
    assert stored(deal)[1].startswith(names[-1])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rejection_gives_the_other_status(strategy, deal, approver):
    attach_workflow_to_object(deal, template_for(strategy, [[by_user(approver)]]))
    reject_step(step_id=seat(deal, approver).pk, actor=approver, reason="Too dear")
    assert stored(deal)[0] == "lost"


def test_an_object_without_a_run_that_started_has_no_place(deal, approver):
    template = template_for(2, [[by_user(approver)]])
    attachment = attach_workflow_to_object(deal, template, auto_start=False)
    assert stored(deal) == ("draft", "")
    start_workflow(attachment_id=attachment.pk)
    assert stored(deal) == ("draft", "Pipeline 1")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_object_that_refuses_its_status_rolls_the_decision_back(strategy, deal, approver, monkeypatch):
    attach_workflow_to_object(deal, template_for(strategy, [[by_user(approver)]]))

    def refuse(self, **kwargs):
        raise RuntimeError("closed for the weekend")

    monkeypatch.setattr(Deal, "save", refuse)
    with unchanged(), pytest.raises(RuntimeError, match="closed"):
        approve(deal, approver)
    with unchanged(), pytest.raises(RuntimeError, match="closed"):
        reject_step(step_id=seat(deal, approver).pk, actor=approver, reason="Too dear")


@pytest.mark.parametrize("auto_start", [True, False])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_hook_that_raises_refuses_the_start_and_changes_nothing(strategy, auto_start, deal, approver):
    template = template_for(strategy, [[by_user(approver)]])
    WorkflowConfiguration.objects.update(pre_start_hook=f"{hooks.HERE}.invalid")
    if auto_start:
        with unchanged(), pytest.raises(InvalidInput, match="The amount is too low"):
            attach_workflow_to_object(deal, template)
        return
    attachment = attach_workflow_to_object(deal, template, auto_start=False)
    with unchanged(), pytest.raises(InvalidInput, match="The amount is too low"):
        start_workflow(attachment_id=attachment.pk)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_hooks_are_called_once_around_a_whole_run(strategy, deal, approver, django_capture_on_commit_callbacks):
    template = template_for(strategy, [[by_user(approver)]])
    hook = f"{hooks.HERE}.note"
    WorkflowConfiguration.objects.update(pre_start_hook=hook, post_complete_hook=hook)
    starter = UserFactory()
    attach_workflow_to_object(deal, template, user=starter)
    assert [(name, user) for name, _status, user in hooks.calls] == [("note", starter)]
    with django_capture_on_commit_callbacks(execute=True):
        approve(deal, approver)
        assert len(hooks.calls) == 1
    assert hooks.calls[1:] == [("note", AttachmentStatus.COMPLETED, approver)]
    assert attachment_of(deal).status == AttachmentStatus.COMPLETED


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_mapped_model_refuses_every_other_workflow(strategy, deal, approver, settings):
    template = template_for(strategy, [[by_user(approver)]], name_en="Leave")
    settings.DJANGO_WORKFLOW_ENGINE = {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Deal": ["sales_process"]}}
    with unchanged(), pytest.raises(WorkflowNotAllowed):
        attach_workflow_to_object(deal, template)
    settings.DJANGO_WORKFLOW_ENGINE = {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Deal": ["leave"]}}
    assert attach_workflow_to_object(deal, template).status == AttachmentStatus.IN_PROGRESS
