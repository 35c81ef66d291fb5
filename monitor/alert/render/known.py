"""What a message is known by: the same words each time that it is made, and what its story is called."""

from monitor.model import Alert, Bulletin, Notice


def key_of(about: Alert | Notice | Bulletin) -> str:
    """Return what only this message has."""
    match _alone(about):
        case Alert() as alert:
            return f"alert {alert.id} {alert.created_at.isoformat()}"
        case Notice() as notice:
            return f"notice {notice.id} {notice.created_at.isoformat()}"
        case Bulletin() as bulletin:
            shown = " ".join(str(alert.id) for alert in bulletin.alerts)
            return f"{bulletin.occasion} {bulletin.since.isoformat()} {bulletin.total}: {shown}"


def thread_of(about: Alert | Notice | Bulletin) -> str | None:
    """Return what messages about one story share; several stories in one message share nothing."""
    alone = _alone(about)
    return f"story {alone.story}" if isinstance(alone, Alert) and alone.story is not None else None


def _alone(about: Alert | Notice | Bulletin) -> Alert | Notice | Bulletin:
    """Return the alert of a bulletin that has no other."""
    return about.alerts[0] if isinstance(about, Bulletin) and about.total == 1 and about.alerts else about
