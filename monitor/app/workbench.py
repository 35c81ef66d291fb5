"""A query while it is being written: what it finds, how much it would tell, and the rule to paste. In a blink, or estimated."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.alert import Excerpt, excerpt, tidy
from monitor.app.search import Seen, Tally, open_look
from monitor.backtest import FLOOD_IN_DAY, Backtest, Replay, RuleReport
from monitor.clock import Clock
from monitor.config import Settings, rule_toml
from monitor.errors import QueryError
from monitor.match import Advice, lint
from monitor.model import Among, Found, FoundEntry, Rule, StoredEntry, TextField
from monitor.store import Reader
from monitor.story import WINDOW

# How long it may look through entries, of the third of a second after which people notice that they wait.
PATIENCE = timedelta(milliseconds=120)
# Each takes some hundred microseconds to decide on its story.
MOST_REPLAYED = 150

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How many entries of a local day match, and how many alerts they come to."""

    day: date
    entries: int
    alerts: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A found entry as it is shown: its title, and what else in it holds matched words, each with the spans of these."""

    found: FoundEntry
    title: Excerpt
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule would find and tell.

    `mistake`: why its query can't be read; nothing else is said then. `days` are the last ones, today the last.
    `alerts` are told within these days, and they are `estimated` when not all entries were looked at and replayed. Of
    `open` entries among those looked at only the page, which was never read, could decide.
    """

    mistake: Advice | None = None
    remarks: tuple[Advice, ...] = ()
    found: Found | None = None
    shown: tuple[Shown, ...] = ()
    days: tuple[Day, ...] = ()
    entries_a_day: float = 0.0
    alerts_a_day: float = 0.0
    estimated: bool = False
    open: int = 0
    floods: bool = False
    toml: str = ""


def try_rule(
    reader: Reader,
    settings: Settings,
    rule: Rule,
    *,
    clock: Clock,
    days: int = 7,
    limit: int = 20,
    patience: timedelta = PATIENCE,
) -> Trial:
    """Return what `rule` would have told of the entries of the last `days`. Raises StoreError."""
    ends = clock.monotonic() + patience.total_seconds()
    now = clock.now()
    midnights = _midnights(now.astimezone(settings.timezone), days)
    try:
        remarks = tuple(lint(rule.query, settings.groups, language=rule.language, fields=rule.fields))
        # The stories of the first entries may have begun before.
        with open_look(reader, settings, rule, Among(since=midnights[0] - WINDOW)) as look:
            counts = look.candidates.counts([*midnights, now + _DAY])
            looked = _look_through(look.seen(), midnights[0], limit, lambda: clock.monotonic() > ends)
            found = looked.tally.found(look.candidates, 0 if looked.finished else sum(counts))
    except QueryError as error:
        return Trial(mistake=Advice(error.column, error.what, error.advice))
    report, replayed = _replay(settings, rule, looked.matched, midnights[0])
    exact = looked.finished and replayed == found.matched
    told = tuple(
        _days(settings, midnights, counts, looked, report, report.alerts / max(1, replayed), exact=exact)
    )
    span = max(_DAY, now - max(midnights[0], reader.oldest_at() or now)) / _DAY
    return Trial(
        remarks=remarks,
        found=found,
        shown=tuple(map(_shown, found.entries)),
        days=told,
        entries_a_day=sum(day.entries for day in told) / span,
        alerts_a_day=sum(day.alerts for day in told) / span,
        estimated=not exact,
        open=report.open,
        floods=report.floods or max(day.alerts for day in told) > FLOOD_IN_DAY,
        toml=rule_toml(rule),
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """The entries that were looked at in time: counted, and those that match, the newest first."""

    tally: Tally
    matched: tuple[StoredEntry, ...]
    finished: bool


def _look_through(seen: Iterator[Seen], began: datetime, limit: int, is_late: Callable[[], bool]) -> _Looked:
    """Look at entries until it is late; those from before it `began` are only taken along."""
    tally, matched = Tally(limit), []
    for stored, match in seen:
        if stored.first_seen_at >= began:
            tally.add(stored, match)
        if match is not None:
            matched.append(stored)
        if is_late():
            return _Looked(tally, tuple(matched), stored.first_seen_at < began)
    return _Looked(tally, tuple(matched), finished=True)


def _replay(
    settings: Settings, rule: Rule, matched: Sequence[StoredEntry], began: datetime
) -> tuple[RuleReport, int]:
    """Return what the rule would have told of the newest of the entries that match, and of how many since it `began`."""
    test = Backtest(
        Replay([rule], settings.groups, settings.feeds, settings.timezone), before=None, samples=0
    )
    replayed = 0
    for stored in reversed(matched[:MOST_REPLAYED]):
        if stored.first_seen_at < began:
            test.prepare(stored)
        else:
            test.add(stored)
            replayed += 1
    return test.report.rules[rule.name], replayed


def _days(
    settings: Settings,
    midnights: Sequence[datetime],
    counts: Sequence[int],
    looked: _Looked,
    report: RuleReport,
    telling: float,
    *,
    exact: bool,
) -> Iterator[Day]:
    """Yield what comes to each day; `telling` is the part of the matching entries that is told."""
    tally, zone = looked.tally, settings.timezone
    matched = Counter(stored.first_seen_at.astimezone(zone).date() for stored in looked.matched)
    matching = tally.matched / max(1, tally.looked_at)
    for midnight, count in zip(midnights, counts, strict=True):
        day = midnight.astimezone(zone).date()
        whole = looked.finished or (tally.reached_at is not None and tally.reached_at < midnight)
        entries = matched[day] if whole else max(matched[day], round(count * matching))
        yield Day(day=day, entries=entries, alerts=report.days[day] if exact else entries * telling)


def _midnights(now: datetime, days: int) -> list[datetime]:
    """Return when each of the last days began, by the clock on the wall: today the last."""
    dates = (now.date() - _DAY * back for back in range(days - 1, -1, -1))
    return [datetime.combine(date, time(), now.tzinfo).astimezone(UTC) for date in dates]


def _shown(found: FoundEntry) -> Shown:
    entry = found.stored.entry
    texts = ((TextField.SUMMARY, entry.summary), (TextField.TEXT, found.stored.text or ""))
    spans = {field: [(hit.start, hit.end) for hit in found.hits if hit.field is field] for field in TextField}
    return Shown(
        found,
        tidy(entry.title, spans[TextField.TITLE]),
        tuple(excerpt(text, spans[field]) for field, text in texts if spans[field]),
    )
