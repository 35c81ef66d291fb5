"""Lines for a terminal, without colours: the output may be a log file."""

from datetime import tzinfo

from monitor.alert.render.view import marked, view
from monitor.model import Alert, Message, MessageFormat


def render_console(alert: Alert, zone: tzinfo) -> Message:
    """Return the message for a terminal, the matched words between asterisks."""
    seen = view(alert, zone)
    lines = [*seen.rest]
    if seen.excerpt is not None:
        lines.append(marked(seen.excerpt, str, lambda word: f"*{word}*"))
    lines.append(seen.source)
    if seen.link is not None:
        lines.append(seen.link)
    return Message(format=MessageFormat.CONSOLE, title=seen.title, body="\n".join(lines))
