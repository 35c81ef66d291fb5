"""Mail with our own text part and the headers of a mailing list that sorts itself by story.

Apprise builds a mail in a static function that it calls by name: it lets us add headers, but neither choose the
Message-ID nor the text part. So the mail is written here, and Apprise finds the server, logs in and hands it over.
"""

import re
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import Any

from apprise import NotifyFormat
from apprise.conversion import convert_between
from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.smtp import SMTP_EXCEPTIONS, AppriseSMTPController

from monitor.notify.identity import digest, identity
from monitor.notify.plugins.told import Told

_UNSIGNED = "no"
_LONGEST_LABEL = 63
_NOT_IN_LABEL = re.compile(r"[^a-z0-9]+")


class Mail(Told, NotifyEmail):
    """Sends `message` to the one address that the URL names."""

    def send(self, body: str, title: str = "", **rest: object) -> bool:
        """Send one mail. With PGP it is Apprise's own, for signing and encrypting are its business."""
        if self.pgp_mode != _UNSIGNED:
            return bool(super().send(body=body, title=title, **rest))
        try:
            with AppriseSMTPController(
                host=self.smtp_host,
                port=self.port,
                secure_mode=self.secure_mode,
                user=self.user,
                password=self.password,
                verify_certificate=self.verify_certificate,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as server:
                return bool(server.sendmail(self.from_addr[1], [self.targets[0][1]], self._mail(title, body)))
        except SMTP_EXCEPTIONS:
            self.logger.warning("the mail server can't be reached")  # `wire` listens
            return False

    def _mail(self, subject: str, html: str) -> str:
        text = self.message.text or convert_between(NotifyFormat.HTML, NotifyFormat.TEXT, html)
        plain = MIMEText(text, "plain", "utf-8")
        mail: MIMEText | MIMEMultipart = plain
        if self.resolve_format(NotifyFormat.HTML) is NotifyFormat.HTML:
            mail = MIMEMultipart("alternative", _subparts=[plain, MIMEText(html, "html", "utf-8")])
        given = {name.strip().lower() for name in self.headers}
        ours = {name: value for name, value in self._headers(subject).items() if name.lower() not in given}
        for name, value in {**ours, **self.headers}.items():
            mail[name] = value if value.isascii() else Header(value, "utf-8").encode()
        return mail.as_string()

    def _headers(self, subject: str) -> dict[str, str]:
        domain = str(self.from_addr[1]).rpartition("@")[2]
        headers = {
            "Subject": subject,
            "From": _address(self.from_addr),
            "To": _address(self.targets[0]),
            "Date": format_datetime(self.now),
            "Message-ID": f"<{identity(self.message)}@{domain}>",
            "List-Id": f"<{_label(self.channel)}.news-monitor.{domain}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody answers that he is on holiday
        }
        if self.message.thread is not None:
            # The root of the thread is never sent: mail programs put together what names the same one.
            root = f"<{digest(self.message.thread)}@{domain}>"
            headers |= {"In-Reply-To": root, "References": root}
        if self.reply_to:
            answers = ((self.names.get(one), one) for one in sorted(self.reply_to))
            headers["Reply-To"] = ", ".join(map(_address, answers))
        return headers


def _address(named: Any) -> str:
    """Return an address with the name that Apprise keeps beside it, or without, as a header has it."""
    name, address = named
    return formataddr((name or None, address), charset="utf-8")


def _label(channel: str) -> str:
    """Return the channel's name as a part of a List-Id; all recipients of a channel have the same."""
    plain = _NOT_IN_LABEL.sub("-", channel.partition("/")[0].lower())
    return plain[:_LONGEST_LABEL].strip("-") or "channel"
