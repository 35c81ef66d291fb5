"""What the names that people use stand for."""

from monitor.config import Settings


def channels_called(settings: Settings, name: str | None) -> tuple[str, ...] | None:
    """Return the channels of a name, which may be that of a group or one that isn't configured any more; None: of all."""
    return None if name is None else settings.channel_names.get(name, (name,))


def feeds_tagged(settings: Settings, tag: str | None) -> tuple[str, ...] | None:
    """Return the addresses of the feeds that have a tag; None: of all."""
    return None if tag is None else tuple(feed.url for feed in settings.feeds if tag in feed.tags)


def tags(settings: Settings) -> list[str]:
    """Return all tags, sorted."""
    return sorted({tag for feed in settings.feeds for tag in feed.tags})
