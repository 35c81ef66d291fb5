"""Message -> outcome, through Apprise; ``console:`` alone is our own.

Apprise is imported when the first channel is checked or used, not with this package (facts of its cost
stand in `monitor.notify.opening`).
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TextIO

from monitor.clock import SystemClock
from monitor.model import Channel, Message, MessageFormat, Recipient, Secret, SendOutcome, SendStatus
from monitor.notify.lane import Lane

if TYPE_CHECKING:
    from monitor.notify.service import Service

__all__ = ["Notifier", "check_channel"]

_CONSOLE = "console:"
_LONGEST_URL = 4096
_EXAMPLES = 'an Apprise URL such as slack://... or mailtos://..., or "console:"'
# Apprise has time-outs of its own, shorter than this; it bounds what they don't.
_DEADLINE = timedelta(seconds=60)
# Shorter than the 5 seconds after which many servers close a connection: a message that meets that may have arrived.
_IDLE = timedelta(seconds=3)


def check_channel(url: str) -> tuple[Recipient, ...]:
    """Return whom an Apprise URL (or ``console:``) names, each with a URL of its own, always in the same order.

    Raises ValueError, in one line that holds no part of the URL but its scheme, when the URL can't be read, its scheme is unknown, or
    it names no recipient, or several that can't be told apart (one that fails would make the others repeat).
    """
    if url == _CONSOLE:
        return (Recipient(name="", url=Secret(url), format=MessageFormat.CONSOLE),)
    if not url.strip():
        raise ValueError(f"the URL is empty; write {_EXAMPLES}")
    if len(url) > _LONGEST_URL:
        raise ValueError(f"the URL is longer than {_LONGEST_URL} characters; write {_EXAMPLES}")
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        raise ValueError(
            "the URL holds a blank or a control character; write blanks as %20 and remove the rest"
        )
    if not re.match(r"[A-Za-z][A-Za-z0-9_+-]{0,29}://.", url):
        raise ValueError(f"the URL is no Apprise URL; write {_EXAMPLES}")
    from monitor.notify.recipients import recipients  # noqa: PLC0415 - Apprise is slow to import and often not needed

    return recipients(url)


class Notifier:
    """Sends messages to channels; implements `monitor.pipeline.ports.Sender`.

    What reaches the reader, by the channel's format:

    - CONSOLE: the body and a newline, in one write.
    - MAIL: the title as subject (line breaks in it become blanks), the body as HTML, and beside it the message's own text;
      mails of one `thread` stand together, and a second copy has the id of the first.
    - WEBHOOK: the body, byte for byte, signed.
    - SLACK, DISCORD, TEAMS: the body, read as Markdown; TELEGRAM, MATRIX: as HTML.
    - TEXT, NTFY: title and body as plain text; a body too long for the service goes out in parts, none of it dropped. Some
      chat services act on ``@name`` and ``[label](url)`` even so.

    But for MAIL, TEXT and NTFY the body is complete, and no title is sent.

    Each channel has its own lane: its messages go out one at a time and in order, and however slow it
    is, no other channel waits for it. Its connection is kept for a few seconds, so that the messages of a burst share one.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        console: TextIO,
        deadline: timedelta = _DEADLINE,
        idle: timedelta = _IDLE,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Take channels with the URLs that `check_channel` returned; nothing is opened yet.

        A send that has no outcome after `deadline` is UNKNOWN, though its thread may go on. A connection that no message has
        used for the time `idle` is closed. `now` dates mails and signatures: the machine's clock unless another is given.
        """
        self._channels = {channel.name: channel for channel in channels}
        self._lanes = {
            name: Lane(name, deadline=deadline, idle=idle, rest=partial(self._hang_up, name))
            for name in self._channels
        }
        self._services: dict[str, Service] = {}
        self._console = console
        self._deadline = deadline
        self._idle = idle
        self._now = now or SystemClock().now

    def to(self, channels: Sequence[Channel]) -> "Notifier":
        """Return a notifier for other channels. One that goes where it went before keeps its lane, and stays open.

        Of the others the connections are closed.
        """
        other = Notifier(
            channels, console=self._console, deadline=self._deadline, idle=self._idle, now=self._now
        )
        kept = [one.name for one in channels if _leads_to(self._channels.get(one.name)) == _leads_to(one)]
        other._lanes |= {name: self._lanes[name] for name in kept}
        other._services |= {name: self._services[name] for name in kept if name in self._services}
        for name in self._services.keys() - other._services.keys():
            self._lanes[name].rest_now()
        return other

    async def warm_up(self) -> None:
        """Open all channels in a thread, so that the first alert doesn't wait for Apprise's plugins."""
        await asyncio.to_thread(self._open_all)

    async def send(self, channel: str, message: Message) -> SendOutcome:
        """Send one message to one channel, once; every failure is a value.

        Raises KeyError for a channel that was not configured.
        """
        target = self._channels[channel]
        return await self._lanes[channel].run(lambda: self._send(target, message))

    async def close(self) -> None:
        """Close what is open, and forget the channels. A send that still hangs in its thread ends with the program."""
        for name in self._services:
            self._hang_up(name)
        self._services.clear()

    def _send(self, channel: Channel, message: Message) -> SendOutcome:
        if channel.format is MessageFormat.CONSOLE:
            return _print(message.body, self._console)
        return self._service(channel).send(message, self._now())

    def _hang_up(self, name: str) -> None:
        if name in self._services:
            self._services[name].hang_up()

    def _open_all(self) -> None:
        for channel in self._channels.values():
            if channel.format is not MessageFormat.CONSOLE:
                self._service(channel)

    def _service(self, channel: Channel) -> "Service":
        from monitor.notify.service import Service  # noqa: PLC0415 - slow, see check_channel

        if channel.name not in self._services:
            self._services[channel.name] = Service(channel)
        return self._services[channel.name]


def _leads_to(channel: Channel | None) -> tuple[Secret, MessageFormat] | None:
    return (channel.url, channel.format) if channel else None


def _print(text: str, stream: TextIO) -> SendOutcome:
    line = f"{text}\n"
    try:
        encoding = stream.encoding or "utf-8"
        # In a terminal without Unicode a headline arrives with escapes, rather than not at all.
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: the stream is closed
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return SendOutcome(SendStatus.FAILED, f"the console can't be written: {reason}")
    return SendOutcome(SendStatus.SENT)
