"""What there is to say of rules that can be read: mistakes that show when they are tried, notes that stop nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from monitor.config.findings import Finding
from monitor.config.rule_checks import used_groups
from monitor.config.settings import Settings
from monitor.match import FailedTest, Node, lint, origin_of, parse_query, watches, watches_all
from monitor.model import Origin, Rule


def mistakes(settings: Settings, failed: Iterable[FailedTest]) -> Iterator[Finding]:
    """Find rules that watch no feed; `failed` are the tests that came out otherwise."""
    choosy = [(at, rule) for at, rule in enumerate(settings.rules) if not watches_all(rule)]
    origins = {feed.url: origin_of(feed, None, "") for feed in settings.feeds} if choosy else {}
    of_each_kind = {origin.tags: origin for origin in origins.values()}.values()
    for at, rule in choosy:
        if rule.feeds:
            possible: Iterable[Origin] = (origins[url] for url in rule.feeds)
        else:
            possible = origins.values() if rule.not_feeds else of_each_kind
        if not any(watches(rule, origin) for origin in possible):
            advice = "mend its tags, not_tags, feeds and not_feeds"
            yield Finding(("rules", at, "name"), "the rule watches no feed: none is left for it", advice)
    for test in failed:
        yield Finding(("rules", test.rule, "tests", test.test), test.why, "mend the query, or the test")


def notes(settings: Settings) -> Iterator[Finding]:
    """Find what queries and groups say and hardly mean, groups that nobody uses, and rules that stand twice."""
    yield from _queries(settings)
    yield from _groups(settings)
    yield from _twins(settings)


def _queries(settings: Settings) -> Iterator[Finding]:
    for at, rule in enumerate(settings.rules):
        for column, what, advice in lint(
            rule.query, settings.groups, language=rule.language, fields=rule.fields
        ):
            yield Finding(
                ("rules", at, "query"), f'rule "{rule.name}", column {column} of the query: {what}', advice
            )


def _groups(settings: Settings) -> Iterator[Finding]:
    texts = chain((rule.query for rule in settings.rules), *settings.groups.values())
    used = set().union(*map(used_groups, texts))
    for name, terms in settings.groups.items():
        if name not in used:
            yield Finding(
                ("groups", name), "no rule uses this group", f"write @{name} in a query, or remove it"
            )
        for at, term in enumerate(terms):
            for column, what, advice in lint(term, settings.groups):
                yield Finding(("groups", name, at), f"column {column} of the term: {what}", advice)


def _twins(settings: Settings) -> Iterator[Finding]:
    first: dict[tuple[Node, Rule], str] = {}
    for at, rule in enumerate(settings.rules):
        # All but whom they tell.
        asked = (
            parse_query(rule.query, settings.groups),
            replace(rule, name="", query="", channels=(), tests=()),
        )
        if (other := first.setdefault(asked, rule.name)) != rule.name:
            what = f'rule "{rule.name}" asks the same as "{other}"'
            yield Finding(("rules", at, "query"), what, "one rule can tell several channels")
