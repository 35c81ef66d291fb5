"""Where an entry comes from, as rules see it."""

from monitor.model import FeedSpec, Origin, primary_subtag


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
