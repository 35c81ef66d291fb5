"""An entry: how it came in, and what each rule made of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from monitor.alert import spoken_time
from monitor.explain import story
from monitor.explain.rule import Case, RuleExplanation, explain_rule
from monitor.explain.stage import Stage
from monitor.explain.wording import times
from monitor.match import Matcher, origin_of_stored
from monitor.model import FIRST_POLL_SILENT, Channel, EntryHistory, FeedSpec, Rule, StoredEntry

_KEYS = {
    "guid": "its id",
    "link+title": "its link with its title",
    "link+date": "its link with its date",
    "title": "its title",
    "content": "its title with its date and text",
    "link": "its link",
}
_KEPT = {0: ", none of which is kept", 1: ", of which the last is kept"}
_RECOGNISED = "two of its link, title, text and date, among others that did"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of an entry: the stages before the rules, and each rule's own."""

    stored: StoredEntry
    stages: tuple[Stage, ...]
    rules: tuple[RuleExplanation, ...]


def explain_entry(
    history: EntryHistory,
    spec: FeedSpec | None,
    rules: Iterable[Rule],
    matcher: Matcher,
    zone: tzinfo,
    *,
    channels: Mapping[str, Channel],
    now: datetime,
) -> Explanation:
    """Explain an entry for each of `rules`, which are those of `matcher`; times are in `zone`.

    `spec` is its feed, None when that isn't configured any more.
    """
    origin = origin_of_stored(history.stored, spec)
    first_poll = spec.first_poll if spec else FIRST_POLL_SILENT
    return Explanation(
        history.stored,
        tuple(_stages(history, zone)),
        tuple(
            explain_rule(Case(rule, history, origin, first_poll, matcher, zone, channels, now))
            for rule in rules
        ),
    )


def _stages(history: EntryHistory, zone: tzinfo) -> Iterator[Stage]:
    stored = history.stored
    seen = f"first seen {spoken_time(stored.first_seen_at, zone)} in {stored.feed_name}"
    if stored.baseline:
        seen += ", at the feed's first poll"
    elif history.poll:
        others = history.poll.entries - 1
        seen += (
            f", in a poll with {others:,} other new entries"
            if others != 1
            else ", in a poll with 1 other new entry"
        )
    yield Stage("seen", seen)
    published = stored.entry.published_at
    yield Stage("published", spoken_time(published, zone) if published else "the feed gives no date")
    yield Stage("identity", _identity(history))
    if history.changes:
        yield _edits(history, zone)
    if history.story:
        yield Stage("story", *story.place(history.story, stored.id))


def _identity(history: EntryHistory) -> str:
    known = " and ".join(_KEYS[key] for key in history.keys if key in _KEYS)
    said = f"new: no entry of this feed had {known}" if known else "new"
    if history.stored.held:
        said += "; held: old by its date, or undated, in a burst of more entries than the feed has"
    if by := history.stored.known_by:
        said += f"; it came again under other names, known by {_KEYS.get(by, _RECOGNISED)}"
    return said


def _edits(history: EntryHistory, zone: tzinfo) -> Stage:
    kept = len(history.revisions)
    before = tuple(
        f"from {spoken_time(revision.seen_at, zone)}: {revision.title or '(no title)'}"
        for revision in history.revisions
    )
    lost = "" if kept == history.changes else _KEPT.get(kept, f", of which the last {kept:,} are kept")
    end = "; before that" if kept else ""
    return Stage("edited", f"title or text have changed {times(history.changes)}{lost}{end}", before)
