"""What a process without any server does, as a worker would: `python -m tests.redis.deciding ATTACHMENT TIMES`.

It has whoever is asked send the run back to where it stands, so many times.
"""

from __future__ import annotations

import sys

import django


def main(attachment_id: str, times: int) -> None:
    """Decide so many times."""
    from approval_workflow.models import ApprovalInstance  # noqa: PLC0415 - Django is set up only now

    from django_workflow_engine.services import request_resubmission  # noqa: PLC0415

    for _ in range(times):
        waiting = ApprovalInstance.objects.filter(flow__workflow_attachment=attachment_id, status="current")
        step = waiting.earliest("pk")
        request_resubmission(step_id=step.pk, actor=step.assigned_to, reason="Again")


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
