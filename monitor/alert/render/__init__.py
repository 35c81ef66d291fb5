"""What is told as a message: pages say what, dialects how it is written.

    Alert | Notice | Bulletin -> pages of ever fewer words -> the first that fits, in the channel's dialect

Feed text is data: nothing here formats with it, and each dialect escapes it for the place where it is shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from monitor.alert.render.alert import NEWS, alert_pages
from monitor.alert.render.bulletin import bulletin_pages
from monitor.alert.render.console import CONSOLE
from monitor.alert.render.discord import DISCORD
from monitor.alert.render.known import key_of, thread_of
from monitor.alert.render.mail import MAIL
from monitor.alert.render.markup import MATRIX, TELEGRAM
from monitor.alert.render.notice import notice_pages
from monitor.alert.render.ntfy import NTFY
from monitor.alert.render.page import Page
from monitor.alert.render.slack import SLACK
from monitor.alert.render.teams import TEAMS
from monitor.alert.render.text import TEXT
from monitor.alert.render.times import spoken_time
from monitor.alert.render.webhook import webhook_message
from monitor.alert.render.write import write
from monitor.model import Alert, Bulletin, Channel, Message, MessageFormat, Notice

__all__ = ["NEWS", "render", "spoken_time"]

_DIALECTS = {
    dialect.format: dialect
    for dialect in (CONSOLE, TEXT, SLACK, MAIL, DISCORD, TELEGRAM, TEAMS, MATRIX, NTFY)
}


def render(about: Alert | Notice | Bulletin, channel: Channel, zone: tzinfo) -> Message:
    """Return `about` as a message for `channel`, in its layout, its times in `zone`.

    The title is one line of at most 200 code points: the rules and the headline, a notice's subject, or what the
    alerts of a bulletin have in common. The body says all that there is to say; but that of TEXT and NTFY, which is sent with its title,
    repeats nothing of it but what was cut there. MAIL has a plain text beside its body; that of WEBHOOK is JSON.
    """
    pages = _pages(about, channel, zone)
    if channel.format is MessageFormat.WEBHOOK:
        message = webhook_message(about, channel, next(pages).title)
    else:
        message = write(pages, _DIALECTS[channel.format])
    return replace(message, key=key_of(about), thread=thread_of(about))


def _pages(about: Alert | Notice | Bulletin, channel: Channel, zone: tzinfo) -> Iterator[Page]:
    match about:
        case Alert():
            return alert_pages(about, channel.layout, zone)
        case Bulletin():
            return bulletin_pages(about, channel, zone)
        case Notice():
            return notice_pages(about, zone)
