"""An alert as text, one module for each kind of channel; a notice as text for all of them.

Feed text is data: nothing here formats with it, and each module escapes it for the place where it is shown.
"""

from collections.abc import Callable
from datetime import tzinfo

from monitor.alert.render.console import render_console
from monitor.alert.render.mail import render_mail
from monitor.alert.render.notice import render_notice
from monitor.alert.render.slack import render_slack
from monitor.alert.render.text import render_text
from monitor.alert.render.view import spoken_time
from monitor.model import Alert, Message, MessageFormat, Notice

__all__ = ["render", "spoken_time"]

_RENDERERS: dict[MessageFormat, Callable[[Alert, tzinfo], Message]] = {
    MessageFormat.CONSOLE: render_console,
    MessageFormat.TEXT: render_text,
    MessageFormat.SLACK: render_slack,
    MessageFormat.MAIL: render_mail,
}


def render(about: Alert | Notice, format: MessageFormat, zone: tzinfo) -> Message:  # noqa: A002 - the word of the model
    """Return `about` as a message for channels of `format`, its times in `zone`.

    The title is one line of at most 200 code points: the rules and the headline, or a notice's subject. The
    body has the text around the matched words, the feed, the time and the link, or a notice's lines. TEXT is sent with its title, so that the body repeats
    nothing but what was cut there; the bodies of CONSOLE, SLACK and MAIL are complete.
    """
    if isinstance(about, Notice):
        return render_notice(about, format, zone)
    return _RENDERERS[format](about, zone)
