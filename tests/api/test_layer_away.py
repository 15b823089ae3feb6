"""A channel layer that is away: streams begin and go on, look for themselves, and hear of news when it is back."""

from __future__ import annotations

from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.subscriptions import changes, layers
from tests.api.conftest import Office
from tests.api.listening import COUNT, committed, run, socket
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Flickering(InMemoryChannelLayer):
    """A layer that is not always there."""

    away = True

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        await super().group_add(group, channel)

    async def receive(self, channel: str) -> Any:
        self._check()
        return await super().receive(channel)

    def _check(self) -> None:
        if self.away:
            raise ConnectionError("no layer")


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Flickering:
    found = Flickering()
    monkeypatch.setattr(layers, "layer", lambda: found)
    monkeypatch.setattr(changes, "_PAUSE_SECONDS", 0.05)
    return found


def ask(office: Office) -> Any:
    """Have the first member asked once more."""
    return committed(lambda: attach_workflow_to_object(DocumentFactory(), office.template(2), office.owner))


def test_a_stream_begins_and_looks_for_itself(office: Office, settings: Any, layer: Flickering) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"RECHECK_SECONDS": 0.1}}

    async def scenario() -> None:
        async with socket(office.members[0]) as client:
            await client.subscribe(COUNT)
            assert await client.data() == 0
            await ask(office)
            assert await client.data() == 1

    run(scenario)


def test_news_arrives_when_the_layer_is_back(office: Office, settings: Any, layer: Flickering) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"RECHECK_SECONDS": 1}}

    async def scenario() -> None:
        async with socket(office.members[0]) as client:
            await client.subscribe(COUNT)
            assert await client.data() == 0
            layer.away = False
            await ask(office)
            assert await client.data() == 1  # at the next look, where it listens again
            settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"RECHECK_SECONDS": 60}}
            for count in (2, 3):  # the second of them cannot come from a look of its own
                await ask(office)
                assert await client.data() == count

    run(scenario)
