"""Lines for a terminal, without colours: the output may be a log file."""

from datetime import tzinfo

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.view import marked, view
from monitor.model import Alert, Message, MessageFormat


def render_console(alert: Alert, zone: tzinfo) -> Message:
    """Return the message for a terminal: `body` is all of it, the matched words between asterisks."""
    seen = view(alert, zone)
    headline = _starred(seen.headline)
    lines = [": ".join(filter(None, (seen.rules, headline)))]
    if seen.excerpt is not None:
        lines.append(_starred(seen.excerpt))
    lines += filter(None, (seen.source, seen.story))
    if seen.link is not None:
        lines.append(seen.link)
    return Message(format=MessageFormat.CONSOLE, title=seen.title, body="\n".join(lines))


def _starred(shown: Excerpt) -> str:
    return marked(shown, str, lambda word: f"*{word}*")
