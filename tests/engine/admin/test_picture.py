"""The picture of a workflow: SVG of its own, whole, and safe whatever the names are."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.utils import translation

from django_workflow_engine.admin.picture import IN_A_LINE, picture_of
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.services import attach_workflow_to_object
from django_workflow_engine.strategies import route_of_tree
from django_workflow_engine.strategies.diagram import Diagram, DiagramNode, diagram_of
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "\"'><script>alert(1)</script>&"


def node(number: int, **fields) -> DiagramNode:
    values = {"id": f"stage-{number}", "label": f"Stage {number}", "color": "#112233", "approvals": 1, "pipeline": "P"}
    return DiagramNode(**values | fields)


def drawn(*nodes: DiagramNode, current: str | None = None) -> ElementTree.Element:
    """The picture as a reader of XML sees it."""
    return ElementTree.fromstring(picture_of(Diagram(nodes=nodes, edges=(), current=current)))


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def boxes(picture: ElementTree.Element) -> list[tuple[int, int]]:
    """The corners of the boxes, in order."""
    groups = picture.findall(f"{SVG}g")
    return [(int(group[1].get("x")), int(group[1].get("y"))) for group in groups]


def test_every_position_has_a_box_and_an_arrow_leads_from_each_to_the_next():
    picture = drawn(*(node(number) for number in range(3)))
    assert texts(picture) == ["P", "Stage 0", "1 approval", "Stage 1", "1 approval", "Stage 2", "1 approval"]
    assert len(picture.findall(f"{SVG}path")) == 2 * 2  # a line and a head each


def test_each_pipeline_has_a_line_of_its_own_and_a_long_one_goes_on_below():
    first = [node(number) for number in range(IN_A_LINE + 1)]
    picture = drawn(*first, node(99, pipeline="Q"))
    corners = boxes(picture)
    assert [y for _x, y in corners[:IN_A_LINE]] == [corners[0][1]] * IN_A_LINE
    assert corners[IN_A_LINE][1] > corners[0][1]
    assert corners[-1][1] > corners[IN_A_LINE][1]
    assert (texts(picture).count("P"), texts(picture).count("Q")) == (1, 1)
    assert len(picture.findall(f"{SVG}path")) == 2 * (IN_A_LINE + 1)


def test_everything_lies_inside_of_the_picture():
    picture = drawn(*(node(number, pipeline=str(number // 7)) for number in range(40)))
    width, height = int(picture.get("width")), int(picture.get("height"))
    assert all(x >= 0 and x + 190 <= width and y >= 0 and y + 54 <= height for x, y in boxes(picture))


@pytest.mark.parametrize("name", [NASTY, "م" * 150, "x" * 255, ""])
def test_a_name_is_only_ever_text(name):
    picture = drawn(node(1, label=name, pipeline=name))
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {
        "svg",
        "g",
        "title",
        "rect",
        "text",
        "path",
    }
    assert [title.text or "" for title in picture.iter(f"{SVG}title")] == [name]
    assert all(len(text) <= max(24, len(name)) for text in texts(picture))


@pytest.mark.parametrize(
    "color", ['red" onload="alert(1)', "url(http://elsewhere)", "#12345", "", None, "javascript:x"]
)
def test_a_colour_that_is_none_becomes_the_default(color):
    fills = {rect.get("fill") for rect in drawn(node(1, color=color)).iter(f"{SVG}rect")}
    assert fills == {"none", "#3498db"}


def test_the_place_where_a_run_stands_is_marked():
    picture = drawn(node(1), node(2), current="stage-2")
    assert [group[1].get("stroke-width") for group in picture.findall(f"{SVG}g")] == ["1", "3"]
    assert texts(picture)[-1] == "1 approval · now"


def test_in_arabic_it_begins_at_the_right_and_its_texts_are_not_mirrored():
    with translation.override("ar"):
        picture = drawn(node(1), node(2))
    (whole,) = picture
    width = int(picture.get("width"))
    assert (picture.get("direction"), whole.get("transform")) == ("rtl", f"matrix(-1 0 0 1 {width} 0)")
    for text in picture.iter(f"{SVG}text"):
        assert text.get("transform") == f"matrix(-1 0 0 1 {2 * int(text.get('x'))} 0)"


def test_without_positions_there_is_a_sentence():
    assert picture_of(Diagram(nodes=(), edges=())) == "<p>There is no position yet.</p>"


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_page_of_a_workflow_shows_its_positions_and_what_it_lacks(strategy, admin):
    workflow = template_for(strategy, [[by_user(UserFactory())]], name_en=NASTY)
    Pipeline.objects.update(name_en=NASTY)
    Stage.objects.update(name_en=NASTY)
    page = admin.open(workflow).content.decode()
    assert picture_of(diagram_of(route_of_tree(workflow.tree()))) in page
    assert "The workflow is complete" in page
    assert NASTY not in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_the_page_works_in_arabic(admin):
    workflow = template_for(1, [[by_user(UserFactory())]])
    attachment = attach_workflow_to_object(DocumentFactory(), workflow)
    with translation.override("ar"):
        for row in (workflow, workflow.pipelines.get(), attachment):
            page = admin.client.get(admin.address(row, "change"), headers={"accept-language": "ar"})
            assert page.status_code == 200
            assert 'dir="rtl"' in page.content.decode()
