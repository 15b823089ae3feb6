"""E-mail for actions that want to send some; the engine itself never sends any."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives
from django.db.models import Model
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import conf
from django_workflow_engine.models.objects import text_of

logger = logging.getLogger(__name__)

Context = Mapping[str, Any]

# What the engine itself puts into a mail's context, as a mail without a template calls it.
_LABELS: Final[Mapping[str, Any]] = {
    "workflow_name": _("Workflow name"),
    "current_stage": _("Current stage"),
    "current_pipeline": _("Current pipeline"),
    "object": _("Object"),
    "user": _("User"),
    "stage": _("Stage"),
    "reason": _("Reason"),
    "comments": _("Comments"),
    "delegated_to": _("Delegated to"),
    "from_stage": _("From stage"),
    "to_stage": _("To stage"),
    "from_pipeline": _("From pipeline"),
    "to_pipeline": _("To pipeline"),
    "initial_stage": _("Initial stage"),
    "initial_pipeline": _("Initial pipeline"),
}

_collected: ContextVar[list[Exception] | None] = ContextVar("collected", default=None)


@contextmanager
def unsent() -> Iterator[list[Exception]]:
    """Why mails could not be sent inside of the block: a helper here answers with False, or counts, and goes on."""
    causes: list[Exception] = []
    token = _collected.set(causes)
    try:
        yield causes
    finally:
        _collected.reset(token)


def send_workflow_email(name: str, email: str, subject: str, context: Context, user: Any = None) -> bool:
    """Send one e-mail and say whether that went well; with WORKFLOW_DISABLE_EMAILS nothing is sent, and that is well.

    WORKFLOW_SEND_EMAIL_FUNCTION is called with these arguments, where the project names one; what it returns counts
    as sent unless it is False. Otherwise Django's mail is used: the templates `<name>.txt` and `<name>.html`, rendered
    with the context and `user`, or without templates a plain text made of the context.
    """
    if conf.emails_disabled():
        logger.info("The e-mail “%s” is not sent: e-mails are switched off", name)
        return True
    path = conf.send_email_function()
    try:
        send = import_string(path) if path else _send_by_django
        sent = send(name=name, email=email, subject=subject, context=context, user=user)
    except Exception as error:  # a mail server, or the project's function; the other recipients still get theirs
        logger.exception("The e-mail “%s” could not be sent", name)
        causes = _collected.get()
        if causes is not None:
            causes.append(error)
        return False
    if sent is False:
        logger.warning("The e-mail “%s” was not sent", name)
    return sent is not False


def send_bulk_workflow_emails(
    name: str, recipients: Iterable[Any], context: Context, subject: str | None = None, deduplicate: bool = True
) -> dict[str, int]:
    """Send one e-mail to each recipient, an address or a user; one that fails does not keep the others from theirs.

    The subject is the given one, else `context["subject"]`, else made from the name. Returns the counts `sent`,
    `failed`, `skipped` (without an address, with `deduplicate` a repeated one, all with WORKFLOW_DISABLE_EMAILS) and
    their `total`.
    """
    counts = {"sent": 0, "failed": 0, "skipped": 0, "total": 0}
    seen: set[str] = set()
    title = subject or str(context.get("subject") or "") or name.replace("_", " ").strip().capitalize()
    for recipient in recipients:
        user = None if isinstance(recipient, str) else recipient
        address = str(getattr(recipient, "email", recipient) or "").strip()
        repeated = deduplicate and address.lower() in seen
        if not address or repeated or conf.emails_disabled():
            outcome = "skipped"
        else:
            outcome = "sent" if send_workflow_email(name, address, title, context, user=user) else "failed"
        seen.add(address.lower())
        counts[outcome] += 1
        counts["total"] += 1
    return counts


def _send_by_django(*, name: str, email: str, subject: str, context: Context, user: Any) -> bool:
    values = {**context, "user": context.get("user") if user is None else user}
    html = _rendered(f"{name}.html", values)
    text = _rendered(f"{name}.txt", values)
    if text is None:
        text = _as_text(context) if html is None else strip_tags(html)
    message = EmailMultiAlternatives(" ".join(subject.split()), text, to=[email])
    if html is not None:
        message.attach_alternative(html, "text/html")
    return message.send() > 0


def _rendered(template: str, values: dict[str, Any]) -> str | None:
    """The rendered template, or None where there is no such template."""
    try:
        return render_to_string(template, values)
    except TemplateDoesNotExist as error:
        if error.args[0] != template:  # a template that it includes or extends
            raise
        return None


def _as_text(context: Context) -> str:
    """The context's `message`, else a line for each of its values."""
    if context.get("message"):
        return str(context["message"])
    told = ((name, value) for name, value in context.items() if name != "subject" and value is not None)
    shown = ((name, text_of(value) if isinstance(value, Model) else value) for name, value in told)
    return "\n".join(f"{_label_of(name)}: {value}" for name, value in shown)


def _label_of(name: str) -> str:
    """A key of the context in words."""
    return str(_LABELS.get(name) or name.replace("_", " ").capitalize())
