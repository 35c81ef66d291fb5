"""Silences as commands, page and API add and show them."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from monitor.config import Settings
from monitor.errors import QueryError, StoreError
from monitor.match import parse_query, print_query
from monitor.model import Silence
from monitor.store import Reader

LONGEST_REASON = 500

OpenHistory = Callable[[], AbstractContextManager[Reader]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSilence:
    """A silence as `monitor.model.Silence` has it, and whether it is in force."""

    id: int
    created_at: datetime
    until: datetime
    reason: str
    rule: str | None
    feed: str | None
    story: int | None
    query: str | None
    ended_at: datetime | None
    hidden: int
    in_force: bool


class NoSilence(ValueError):
    """A silence that can't be: `problem` is what is wrong with its part `name` (rule, feed, story, query, for, reason)."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


def listed(silence: Silence, now: datetime) -> ListedSilence:
    """Return a silence as it is shown."""
    return ListedSilence(**asdict(silence), in_force=silence.in_force(now))


def checked(settings: Settings, wanted: Silence, history: OpenHistory) -> Silence:
    """Return a new silence with what it names as the store knows it. Raises NoSilence, StoreError."""
    wanted = replace(wanted, reason=wanted.reason.strip()[:LONGEST_REASON])
    if not wanted.reason:
        raise NoSilence("reason", "is empty; say why, for those who wonder later")
    if wanted.until <= wanted.created_at:
        raise NoSilence("for", "must be longer than nothing, such as 2h")
    if (wanted.rule, wanted.feed, wanted.story, wanted.query) == (None,) * 4:
        raise NoSilence("rule", "name what to hide: a rule, a feed, a story or a query")
    rules = [rule.name for rule in settings.rules]
    if wanted.rule is not None and wanted.rule not in rules:
        raise NoSilence(
            "rule", _unknown("rule", wanted.rule, rules, f"there are: {', '.join(rules) or 'none'}")
        )
    return replace(
        wanted,
        feed=None if wanted.feed is None else _feed(settings, wanted.feed, history),
        story=None if wanted.story is None else _story(wanted.story, history),
        query=None if wanted.query is None else _query(settings, wanted.query),
    )


def _feed(settings: Settings, wanted: str, history: OpenHistory) -> str:
    addresses = {feed.request_url.reveal(): feed.url for feed in settings.feeds}
    feed = addresses.get(wanted, wanted)
    known = {*addresses.values(), *filter(None, (each.name for each in settings.feeds))}
    if feed not in known:
        known |= _titles(history)
    if feed not in known:
        raise NoSilence("feed", _unknown("feed", feed, known, "see: news-monitor feeds list"))
    return feed


def _titles(history: OpenHistory) -> set[str]:
    """Return what feeds call themselves, as far as they have been read."""
    try:
        with history() as reader:
            return {feed.name for feed in reader.status().feeds}
    except StoreError:  # no database yet; whether there can be one shows when the silence is stored
        return set()


def _story(number: int, history: OpenHistory) -> int:
    with history() as reader:
        story = reader.story(number)
    if story is None:
        advice = "see: news-monitor stories list"
        raise NoSilence(
            "story", f"there is no story {number}, and no entry of that number is of one; {advice}"
        )
    return story.id


def _query(settings: Settings, wanted: str) -> str:
    try:
        query = parse_query(wanted, settings.groups)
    except QueryError as error:
        raise NoSilence("query", str(error)) from None
    # Its groups as they are now: the silence goes on to mean what it has meant.
    return print_query(query) if "@" in wanted else wanted


def _unknown(thing: str, name: str, known: Collection[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else otherwise
    return f"there is no {thing} {name!r}; {advice}"
