"""Mails of actions, sent to a mail server; one that does not take them takes no approval back, and is told of."""

from __future__ import annotations

import email
import json
import logging
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.server import place

FROM = "Workflows <workflows@example.com>"
PASSWORD = "a p@ss/word"
WRITTEN = "a%20p%40ss%2Fword"  # in an address
GUESS = "another-password"
DEMO = {"DEMO": "true", "DEFAULT_FROM_EMAIL": FROM}


class Inbox(Message):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[bytes] = []

    def prepare_message(self, session: Any, envelope: Any) -> Any:
        self.raw.append(envelope.content)
        return super().prepare_message(session, envelope)

    def handle_message(self, message: Any) -> None:
        pass

    def last(self) -> EmailMessage:
        return email.message_from_bytes(self.raw[-1], policy=policy.default)  # type: ignore[return-value]


class MailServer:
    """A mail server that lets in one user alone, and knows no TLS."""

    def __init__(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self.inbox = Inbox()
        self._controller = Controller(
            self.inbox, hostname="127.0.0.1", port=place.free_port(),
            auth_required=True, auth_require_tls=False, authenticator=self._knows,
        )  # fmt: skip

    def _knows(self, server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"workflows", PASSWORD.encode()), handled=False)

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._controller.stop()

    def address(self, *, scheme: str = "smtp", password: str = WRITTEN) -> str:
        return f"{scheme}://workflows:{password}@127.0.0.1:{self._controller.port}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("mails")
    place.manage("migrate", "--verbosity=0", folder=found, **DEMO)
    place.manage("seed_demo", "--json", "--requests=10", folder=found, **DEMO)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as found:
        yield found


def approve(folder: Path, url: str, subject: str = "Approved") -> dict[str, Any]:
    """What became of an approval whose mail goes to this server."""
    own = DEMO | {"EMAIL_URL": url, "DJANGO_SETTINGS_MODULE": place.SETTINGS}
    done = place.python("-m", "tests.operation.mailing", subject, folder=folder, **own)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "subject", ["A request was approved", "تمت الموافقة على الطلب — وهذا عنوان طويل يحتاج إلى أكثر من سطر واحد"]
)
def test_a_mail_arrives_with_what_it_says(folder: Path, server: MailServer, subject: str) -> None:
    told = approve(folder, server.address(), subject)
    assert told == {"approved": 1, "status": "succeeded", "error": ""}
    mail = server.inbox.last()
    # a long one begins on a line of its own, whose first space is none of it
    assert (mail["Subject"].strip(), mail["From"], mail["To"]) == (subject, FROM, "ann@example.com")
    assert mail["Message-ID"]
    assert mail["Date"]
    assert mail["MIME-Version"] == "1.0"
    assert server.inbox.raw[-1].isascii()
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip()


def test_a_server_that_does_not_take_it_is_told_of_and_the_approval_stands(folder: Path, server: MailServer) -> None:
    nobody = f"smtp://127.0.0.1:{place.free_port()}"
    causes = {
        server.address(password=GUESS): "SMTPAuthenticationError",
        server.address(scheme="smtp+tls"): "SMTPNotSupportedError: STARTTLS",
        server.address(scheme="smtp+ssl"): "SSLError",
        nobody: "ConnectionRefusedError",
    }
    for url, cause in causes.items():
        told = approve(folder, url)
        assert (told["approved"], told["status"]) == (1, "failed")
        assert cause in told["error"]
        assert GUESS not in told["error"]
