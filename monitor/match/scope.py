"""Which feeds a rule watches."""

from monitor.model import Origin, Rule


def watches(rule: Rule, origin: Origin) -> bool:
    """Tell whether a rule is for the entries of a feed."""
    known_as = {origin.url, origin.name}
    return (
        (not rule.feeds or not rule.feeds.isdisjoint(known_as))
        and (not rule.tags or not rule.tags.isdisjoint(origin.tags))
        and rule.not_feeds.isdisjoint(known_as)
        and rule.not_tags.isdisjoint(origin.tags)
    )


def watches_all(rule: Rule) -> bool:
    """Tell whether a rule is for all feeds."""
    return not (rule.feeds or rule.not_feeds or rule.tags or rule.not_tags)
