"""What is asked, word for word the same of everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

ROWS: Final = 50

_CONTENT = """
  id nameEn nameAr description status isActive createdAt company { id username }
  pipelines { id nameEn order stages {
    id nameEn order color isActive approvals { approvalType roleSelectionStrategy userRole { id name } }
  } }
"""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A document with its variables and its root field, and the name that the table gives it."""

    name: str
    root: str
    document: str
    variables: dict[str, Any] = field(default_factory=dict)


WORKFLOWS: Final = f"query Q($first: Int) {{ workflows(first: $first) {{ edges {{ node {{ {_CONTENT} }} }} }} }}"
WORKFLOW: Final = f"query Q($id: ID!) {{ workflow(id: $id) {{ {_CONTENT} }} }}"
ATTACHMENTS: Final = """
query Q($first: Int) { attachments(first: $first) { edges { node {
  id status startedAt target { model key display } workflow { id nameEn }
  currentPipeline { id nameEn } currentStage { id nameEn } startedBy { id username }
  progress { percentage position total currentStage nextStage }
  currentSteps { id stepNumber status assignedTo { id username } assignedRole { id name } }
} } } }
"""
INBOX: Final = """
query Q($first: Int) { myApprovals(first: $first) { edges { node {
  id stepNumber status comment createdAt assignedTo { id username } assignedRole { id name }
  attachment { id status target { model key display } workflow { id nameEn } currentStage { id nameEn } }
} } } }
"""


def questions(workflow_id: str) -> list[Question]:
    """The four questions; the last is about this workflow."""
    page = {"first": ROWS}
    return [
        Question(name=f"a page of {ROWS} workflows", root="workflows", document=WORKFLOWS, variables=page),
        Question(name=f"a page of {ROWS} attachments", root="attachments", document=ATTACHMENTS, variables=page),
        Question(name=f"an inbox of {ROWS} approvals", root="myApprovals", document=INBOX, variables=page),
        Question(name="one workflow in detail", root="workflow", document=WORKFLOW, variables={"id": workflow_id}),
    ]
