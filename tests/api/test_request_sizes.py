"""What a request consists of beside its document's fields: lines, and the values of its variables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Office
from tests.api.limiting import asked, limited, passes
from tests.api.listening import run, socket
from tests.api.test_costs import at_most
from tests.client import Api

pytestmark = pytest.mark.django_db
BY_ORDER = "query ($o: [AttachmentOrder!]) { attachments(ordering: $o) { totalCount } }"
BY_FILTER = "query ($o: AttachmentFilter!) { attachments(filters: $o) { totalCount } }"
CREATE = "mutation ($o: CreateWorkflowInput!) { createWorkflow(input: $o) { errors { code } } }"
FAULTS = "{ viewer {" + " ".join(f"a{number}" for number in range(200)) + "} }"


class TestLines:
    """The place of each fault is looked for from the document's beginning, line by line."""

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    def test_they_are_limited(self, end: str) -> None:
        with limited(LINES=10):
            assert passes(end * 9 + "{ __typename }")
            assert asked(end * 10 + "{ __typename }") == ("LINES", 10, 11)

    def test_many_faults_far_down_cost_little(self) -> None:
        api = Api()
        with at_most(400_000):  # 9,000 refused; of 5,000 lines 3.3 million, of 95,000 60 million
            (error,) = api.errors("\n" * 95_000 + FAULTS)
        assert error["extensions"]["limit"] == "LINES"

    def test_the_largest_number_of_lines_costs_little(self) -> None:
        api = Api()
        with at_most(2_500_000):
            assert len(api.errors("\n" * 4_900 + FAULTS)) == 100

    def test_over_a_websocket_too(self) -> None:
        async def scenario() -> None:
            async with socket() as client:
                await client.subscribe("\n" * 5_000 + "subscription { myApprovalsCount }")
                assert await client.code() == "LIMIT_EXCEEDED"

        run(scenario)


class TestVariables:
    """Every value in the variables is looked at before anybody is asked whether the caller may do anything."""

    @pytest.mark.parametrize(
        ("value", "count"),
        [
            (None, 1),
            ("x", 1),
            ([], 1),
            ([1, [2, 3], {"a": 4}], 7),
            ({"a": {"b": {"c": [None]}}}, 5),
        ],
    )
    def test_they_are_counted(self, value: Any, count: int) -> None:
        with limited(VARIABLES=count):
            assert passes("{ __typename }", o=value)
        if count > 1:
            with limited(VARIABLES=count - 1):
                assert asked("{ __typename }", o=value) == ("VARIABLES", count - 1, count)

    @pytest.mark.parametrize(
        ("document", "value"),
        [
            (BY_ORDER, [{"createdAt": "ASC"}] * 60_000),
            (BY_FILTER, {f"k{number}": 1 for number in range(100_000)}),
            (CREATE, {"nameEn": "T", "pipelines": [{"nameEn": "P"}] * 39_000}),
        ],
        ids=["orderings", "unknown fields", "pipelines"],
    )
    def test_a_strangers_variables_cost_little(self, document: str, value: Any, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
        api = Api()
        with at_most(1_500_000):  # the first reading of JSON is most of it
            (error,) = api.errors(document, o=value)
        assert error["extensions"] == {
            "code": "LIMIT_EXCEEDED",
            "limit": "VARIABLES",
            "most": 20_000,
            "asked": error["extensions"]["asked"],
        }

    def test_a_list_costs_as_often_as_an_argument_names_it(self, office: Office) -> None:
        fields = " ".join(f"a{number}: attachments(ordering: $o) {{ totalCount }}" for number in range(20))
        (error,) = Api(office.owner).errors(
            f"query ($o: [AttachmentOrder!]) {{ {fields} }}", o=[{"createdAt": "ASC"}] * 5_000
        )
        assert error["extensions"]["limit"] == "COST"

    def test_a_template_of_the_largest_size_is_taken(self, office: Office) -> None:
        user = office.owner
        approval = {"type": "USER", "userId": "VXNlcjox"}
        stages = [{"nameEn": "S", "nameAr": "S", "approvals": [approval], "description": "x"}] * 500
        sent = {"nameEn": "T", "strategy": 1, "pipelines": [{"nameEn": "P", "stages": stages}]}
        assert passes(CREATE, o=sent)
        assert user is not None
