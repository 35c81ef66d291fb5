"""What a message is known by: the same words each time that it is made, and what its story is called."""

from monitor.model import Alert, Bulletin, Notice


def key_of(about: Alert | Notice | Bulletin) -> str:
    """Return what only this message has."""
    match about:
        case Alert():
            return f"alert {about.id} {about.created_at.isoformat()}"
        case Notice():
            return f"notice {about.id} {about.created_at.isoformat()}"
        case Bulletin():
            shown = " ".join(str(alert.id) for alert in about.alerts)
            return f"{about.occasion} {about.since.isoformat()} {about.total}: {shown}"


def thread_of(about: Alert | Notice | Bulletin) -> str | None:
    """Return what messages about one story share; several stories in one message share nothing."""
    alert = about.alerts[0] if isinstance(about, Bulletin) and about.total == 1 and about.alerts else about
    return f"story {alert.story}" if isinstance(alert, Alert) and alert.story is not None else None
