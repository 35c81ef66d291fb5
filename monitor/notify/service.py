"""One channel as Apprise sees it: a message -> what came of it."""

from datetime import datetime
from typing import Any

from apprise import NotifyFormat

from monitor.model import Channel, Message, MessageFormat, SendOutcome, SendStatus
from monitor.notify.masking import masking
from monitor.notify.opening import open_plugin
from monitor.notify.outcome import judge, said_no
from monitor.notify.plugins.told import Told
from monitor.notify.recipients import is_for_one
from monitor.notify.subject import subject_line
from monitor.notify.wire import Line

_BODY_FORMATS = {
    MessageFormat.SLACK: NotifyFormat.MARKDOWN,
    MessageFormat.MAIL: NotifyFormat.HTML,
    MessageFormat.DISCORD: NotifyFormat.MARKDOWN,
    MessageFormat.TELEGRAM: NotifyFormat.HTML,
    MessageFormat.TEAMS: NotifyFormat.MARKDOWN,
    MessageFormat.MATRIX: NotifyFormat.HTML,
    MessageFormat.NTFY: NotifyFormat.TEXT,
    MessageFormat.TEXT: NotifyFormat.TEXT,
    MessageFormat.WEBHOOK: NotifyFormat.TEXT,
}
# The bodies of the others lead with the headline as a link, which a title can't be and would repeat.
_TITLED = frozenset({MessageFormat.TEXT, MessageFormat.NTFY, MessageFormat.MAIL})


class Service:
    """A channel's plugin of Apprise, kept as long as it leads where it does.

    `send` blocks and must not run twice at a time.
    """

    def __init__(self, channel: Channel) -> None:
        """Open the channel. Raises ValueError as `monitor.notify.check_channel`."""
        url = channel.url.reveal()
        self._name = channel.name
        self._plugin = open_plugin(url)
        if not is_for_one(self._plugin):
            raise ValueError("the URL names several recipients; each is a channel of its own")
        body_format = _BODY_FORMATS[channel.format]
        # What needs no conversion isn't to be looked at for one with each message, which takes a thirtieth of a send.
        self._known = (
            {"body_passthrough": False} if self._plugin.resolve_format(body_format) is body_format else {}
        )
        self._masked = masking(url)
        self._line = Line()

    def send(self, message: Message, now: datetime) -> SendOutcome:
        """Send one message once. Every failure is a value."""
        if isinstance(self._plugin, Told):
            self._plugin.tell(message, channel=self._name, now=now)
        with self._line.listening() as heard:
            # The plugin is asked itself: an Apprise object would choose among many, and write a report that nobody reads.
            try:
                sent = self._plugin.notify(**given(message), **self._known)
            except Exception as fault:  # noqa: BLE001 - whatever a plugin raises: an outcome is made of it
                heard.fault, sent = fault, False
        if sent and not said_no(heard):
            return SendOutcome(SendStatus.SENT)
        outcome = judge(heard)
        return SendOutcome(outcome.status, self._masked(outcome.detail), outcome.retry_after)

    def hang_up(self) -> None:
        """Close the connections that are kept for the next message. A send that still hangs has its own."""
        self._line.hang_up()


def given(message: Message) -> dict[str, Any]:
    """Return what Apprise is given to send, as arguments of its `notify`."""
    return {
        "body": message.body,
        "title": _title(message),
        "body_format": _BODY_FORMATS[message.format],
    }


def _title(message: Message) -> str:
    if message.format not in _TITLED:
        return ""
    return subject_line(message.title) if message.format is MessageFormat.MAIL else message.title
