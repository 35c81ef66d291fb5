"""What is told as a message: pages say what, dialects how it is written.

    Alert | Notice | Bulletin -> pages of ever fewer words -> the first that fits, in the channel's dialect

Feed text is data: nothing here formats with it, and each dialect escapes it for the place where it is shown.
"""

from datetime import tzinfo

from monitor.alert.render.alert import NEWS, alert_pages, spoken_time
from monitor.alert.render.console import CONSOLE
from monitor.alert.render.discord import DISCORD
from monitor.alert.render.mail import MAIL
from monitor.alert.render.markup import MATRIX, TELEGRAM
from monitor.alert.render.notice import notice_pages
from monitor.alert.render.ntfy import NTFY
from monitor.alert.render.slack import SLACK
from monitor.alert.render.teams import TEAMS
from monitor.alert.render.text import TEXT
from monitor.alert.render.write import write
from monitor.model import Alert, Message, MessageFormat, Notice

__all__ = ["NEWS", "render", "spoken_time"]

_DIALECTS = {
    dialect.format: dialect
    for dialect in (CONSOLE, TEXT, SLACK, MAIL, DISCORD, TELEGRAM, TEAMS, MATRIX, NTFY)
}


def render(about: Alert | Notice, format: MessageFormat, zone: tzinfo) -> Message:  # noqa: A002 - the word of the model
    """Return `about` as a message for channels of `format`, its times in `zone`.

    The title is one line of at most 200 code points: the rules and the headline, or a notice's subject. The
    body has the text around the matched words, the feed, the time and the link, or a notice's lines. TEXT is sent with its title, so that the body repeats
    nothing but what was cut there; the bodies of CONSOLE, SLACK and MAIL are complete.
    """
    pages = notice_pages(about, zone) if isinstance(about, Notice) else alert_pages(about, zone)
    return write(pages, _DIALECTS[format])
