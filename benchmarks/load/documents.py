"""What the clients send, as a front end would."""

from __future__ import annotations

from typing import Final

_STATE: Final = """
    outcome
    step { id status }
    attachment { id status currentStage { nameEn } currentSteps { id assignedTo { id } } }
    errors { code message }
"""
_DECISION: Final = "mutation {name}($input: {type}StepInput!) {{ {field}Step(input: $input) {{ {state} }} }}"

DECISIONS: Final = {
    verb: _DECISION.format(name=verb.title(), type=verb.title(), field=verb, state=_STATE)
    for verb in ("approve", "reject", "delegate", "escalate")
}
READS: Final = {
    "inbox": """query Inbox { myApprovals(first: 20) {
        edges { node { id status viewerCanAct attachment { id status target { display } currentStage { nameEn } } } }
    } }""",
    "attachments": """query Attachments { attachments(first: 20) {
        edges { node { id status workflow { name } progress { percentage } startedBy { username } } }
    } }""",
    "attachment": """query Attachment($id: ID!) { attachment(id: $id) {
        id status metadata progress { percentage nextStage } events { kind at comment }
        currentSteps { id status assignedTo { username } }
    } }""",
}
