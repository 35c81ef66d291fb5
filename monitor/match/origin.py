"""Where an entry comes from, as rules see it."""

from monitor.model import FeedSpec, Origin, StoredEntry, StoredFeed, primary_subtag


def origin_of(spec: FeedSpec, language: str | None, title: str) -> Origin:
    """Return the origin of a feed's entries; `language` and `title` are what its documents say.

    What is configured counts more. A feed that has no name is called by its address.
    """
    return Origin(
        url=spec.url,
        name=spec.name or title or spec.url,
        tags=spec.tags,
        language=primary_subtag(spec.extras.language) or language,
        full_text=spec.full_text,
    )


def origin_of_feed(feed: StoredFeed, spec: FeedSpec | None) -> Origin:
    """Return the origin of the entries of a stored feed; of one that isn't configured any more only what is stored."""
    if spec is None:
        return Origin(url=feed.url, name=feed.name, language=feed.language)
    return origin_of(spec, feed.language, feed.name)


def origin_of_stored(stored: StoredEntry, spec: FeedSpec | None) -> Origin:
    """Return the origin of a stored entry, as `origin_of_feed`."""
    feed = StoredFeed(id=0, url=stored.feed_url, name=stored.feed_name, language=stored.feed_language)
    return origin_of_feed(feed, spec)
