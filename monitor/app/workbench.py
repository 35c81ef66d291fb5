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

# How long it may look through entries and replay them, of the third of a second after which people notice that they
# wait; and the part of that which is for looking.
PATIENCE = timedelta(milliseconds=180)
_TO_LOOK = 0.6
MOST_REPLAYED = 150
# How many entries are replayed before the clock is asked.
_ROUND = 8

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
    began, now = clock.monotonic(), clock.now()
    midnights = _midnights(now.astimezone(settings.timezone), days)

    def is_late(share: float) -> bool:
        return clock.monotonic() > began + share * patience.total_seconds()

    bench = _Bench(settings, rule, midnights, is_late)
    try:
        remarks = tuple(lint(rule.query, settings.groups, language=rule.language, fields=rule.fields))
        # The stories of the first entries may have begun before.
        with open_look(reader, settings, rule, Among(since=midnights[0] - WINDOW)) as look:
            looked = bench.look_through(look.seen(), limit)
            counts = () if looked.finished else look.candidates.counts([*midnights, now + _DAY])
            found = looked.tally.found(look.candidates, sum(counts))
    except QueryError as error:
        return Trial(mistake=Advice(error.column, error.what, error.advice))
    told = bench.replay(looked.matched)
    forecast = tuple(bench.days(counts, looked, told))
    # As if the database had begun a day ago, where it is younger.
    span = max(_DAY, now - max(midnights[0], reader.oldest_at() or now)) / _DAY
    return Trial(
        remarks=remarks,
        found=found,
        shown=tuple(map(_shown, found.entries)),
        days=forecast,
        entries_a_day=sum(day.entries for day in forecast) / span,
        alerts_a_day=sum(day.alerts for day in forecast) / span,
        estimated=not (looked.finished and told.is_whole),
        open=told.report.open,
        floods=told.report.floods or max(day.alerts for day in forecast) > FLOOD_IN_DAY,
        toml=rule_toml(rule),
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """The entries that were looked at in time: counted, and those that match, the newest first."""

    tally: Tally
    matched: tuple[StoredEntry, ...]
    finished: bool

    def has_all_since(self, moment: datetime) -> bool:
        """Tell whether all that came from a moment on was looked at."""
        reached = self.tally.reached_at
        return self.finished or (reached is not None and reached < moment)

    def estimated(self, candidates: int) -> int:
        """Return how many of some candidates match, if it is as many of them as it was so far."""
        return round(candidates * self.tally.matched / max(1, self.tally.looked_at))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a rule would have told of some entries that match. `is_whole`: of all that were found."""

    report: RuleReport
    entries: int
    is_whole: bool

    @property
    def share(self) -> float:
        """The part of the matching entries that is told."""
        return self.report.alerts / max(1, self.entries)


@dataclass(frozen=True, slots=True)
class _Bench:
    """A rule, and the days for which it is tried; `is_late` tells whether a part of the time is over."""

    settings: Settings
    rule: Rule
    midnights: Sequence[datetime]
    is_late: Callable[[float], bool]

    def look_through(self, seen: Iterator[Seen], limit: int) -> _Looked:
        """Look at entries until it is late; those from before the first day are only taken along."""
        tally, matched = Tally(limit), []
        for stored, match in seen:
            if stored.first_seen_at >= self.midnights[0]:
                tally.add(stored, match)
            if match is not None:
                matched.append(stored)
            if tally.is_time_to_ask and self.is_late(_TO_LOOK):
                return _Looked(tally, tuple(matched), stored.first_seen_at < self.midnights[0])
        return _Looked(tally, tuple(matched), finished=True)

    def replay(self, matched: Sequence[StoredEntry]) -> _Told:
        """Replay the newest of the entries that match, until it is late; those from before the first day may begin stories."""
        settings = self.settings
        replay = Replay([self.rule], settings.groups, settings.feeds, settings.timezone)
        test = Backtest(replay, before=None, samples=0)
        report, newest = test.report.rules[self.rule.name], matched[:MOST_REPLAYED]
        for place, stored in enumerate(reversed(newest), 1):
            if stored.first_seen_at < self.midnights[0]:
                test.prepare(stored)
            else:
                test.add(stored)
            if place < len(matched) and place % _ROUND == 0 and self.is_late(1):
                return _Told(report, test.report.entries + test.unwatched, is_whole=False)
        return _Told(report, test.report.entries + test.unwatched, len(newest) == len(matched))

    def days(self, counts: Sequence[int], looked: _Looked, told: _Told) -> Iterator[Day]:
        """Yield what comes to each day. Without `counts` of the candidates all of them were looked at."""
        zone = self.settings.timezone
        matched = Counter(stored.first_seen_at.astimezone(zone).date() for stored in looked.matched)
        exact = looked.finished and told.is_whole
        for place, midnight in enumerate(self.midnights):
            day = midnight.astimezone(zone).date()
            entries = matched[day] if looked.has_all_since(midnight) else looked.estimated(counts[place])
            alerts = told.report.days[day] if exact else entries * told.share
            yield Day(day=day, entries=entries, alerts=alerts)


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
