"""A mail server that keeps mails and answers by script."""

import asyncio
import email
import email.policy
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.sinks.wire import Inbox

_DROPPED = "421 dropped"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as received: the envelope, the bytes after DATA, and the same parsed.

    `login` is the user name when the client logged in; `tls` says if it came encrypted. `reply` was the answer to DATA, "" when
    the connection was dropped instead. `at` is time.monotonic().
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    message: EmailMessage
    login: str | None = None
    tls: bool = False
    reply: str = "250 OK"
    at: float = field(default_factory=time.monotonic)

    def text(self, subtype: str = "plain") -> str:
        """Return the decoded text/`subtype` part. Raises LookupError when there is none."""
        for part in self.message.walk():
            if part.get_content_type() == f"text/{subtype}":
                return str(part.get_content())
        raise LookupError(f"no text/{subtype} part in {self.message.get_content_type()}")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a SmtpSink answers to one mail at one command: MAIL, RCPT or DATA.

    At DATA the mail has been read and is kept, whatever the answer. `drop`: close without an answer.
    """

    text: str = ""
    at: str = "DATA"
    drop: bool = False


class SmtpSink:
    """A mail server that keeps mails and answers by script.

    With `tls` it insists on STARTTLS; with `login` (user, password) it asks for it, over TLS only.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self._inbox: Inbox[Mail] = Inbox()
        self._script: deque[Reply] = deque()
        self._login = login
        self._controller = _SmtpController(
            _Hooks(self._inbox, self._script),
            hostname="127.0.0.1",
            port=0,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=login is not None,
            authenticator=self._authenticate,
        )
        self._controller.start()

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def mails(self) -> list[Mail]:
        """All mails read so far, in order of arrival, refused ones too."""
        return self._inbox.all()

    def url(self, *, to: str = "reader@example.org", **arguments: str) -> str:
        """Return an Apprise URL that mails to this sink in the clear."""
        query = {"smtp": "127.0.0.1", "mode": "insecure", "from": "monitor@example.org", "to": to}
        pairs = "&".join(f"{name}={value}" for name, value in {**query, **arguments}.items())
        return f"mailto://127.0.0.1:{self.port}?{pairs}"

    def script(self, *replies: Reply) -> None:
        """Use these replies for the next mails, one each; afterwards accept again."""
        self._script.extend(replies)

    def accept(self) -> None:
        """Accept from now on, whatever the script still holds."""
        self._script.clear()

    def wait_for(self, n: int, timeout: float = 10) -> list[Mail]:
        """Return all mails once there are `n` or more. Raises TimeoutError."""
        return self._inbox.wait_for(n, timeout)

    def close(self) -> None:
        """Stop and drop open connections."""
        self._controller.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword) or self._login is None:
            return AuthResult(success=False, handled=False)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False, auth_data=data)


class _Hooks:
    """What aiosmtpd calls; it finds the methods by name."""

    def __init__(self, inbox: Inbox[Mail], script: deque[Reply]) -> None:
        self._inbox = inbox
        self._script = script

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._reply("MAIL", server)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("RCPT", server)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = cast("bytes", envelope.content)
        login = cast("LoginPassword", session.auth_data).login if session.authenticated else None
        reply = self._reply("DATA", server)
        self._inbox.put(
            Mail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=content,
                message=email.message_from_bytes(content, policy=email.policy.default),
                login=login.decode() if login else None,
                tls=session.ssl is not None,
                reply="" if reply == _DROPPED else reply,
            )
        )
        return reply

    def _reply(self, command: str, server: SMTP) -> str:
        if not self._script or self._script[0].at != command:
            return "250 OK"
        reply = self._script.popleft()
        if reply.drop:
            cast("asyncio.Transport", server.transport).abort()
        return reply.text or _DROPPED


class _SmtpController(Controller):
    """Takes any free port and says which."""

    def _trigger_server(self) -> None:
        self.port: int = cast("asyncio.Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd left it without types
