"""Plain text, for every service without a format of its own."""

from datetime import tzinfo

from monitor.alert.render.view import View, view
from monitor.model import Alert, Message, MessageFormat


def render_text(alert: Alert, zone: tzinfo) -> Message:
    """Return the message for a channel that shows plain text."""
    seen = view(alert, zone)
    return Message(format=MessageFormat.TEXT, title=harmless(seen.title), body=_body(seen))


def _body(seen: View) -> str:
    lines = [harmless(line) for line in seen.rest]
    if seen.excerpt is not None:
        lines.append(harmless(seen.excerpt.text))
    lines += [""] if lines else []
    lines += map(harmless, filter(None, (seen.source, seen.story)))
    if seen.link is not None:
        lines.append(seen.link.replace("@", "%40"))
    return "\n".join(lines)


def harmless(text: str) -> str:
    """Take from feed text what chat services act on, though they are sent plain text.

    ``@everyone`` calls people (Discord, Telegram, Mattermost, ...), and no invisible character stops all of
    them; the full-width sign does. A blank keeps ``[label](url)`` from hiding where it leads.
    """
    return text.replace("@", "＠").replace("](", "] (")
