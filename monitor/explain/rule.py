"""One rule and one entry: the first stage that stopped it, or the way to its channels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import chain

from monitor.alert import NEWS, plan, spoken_time
from monitor.explain.delivery import Way, stages
from monitor.explain.stage import Stage
from monitor.explain.wording import failure, findings, scope_trouble, times, withheld_because
from monitor.match import Matcher
from monitor.model import (
    ArticleState,
    Channel,
    Clause,
    DeliveryState,
    EntryHistory,
    FullText,
    Match,
    Origin,
    PastArticle,
    PastDelivery,
    Rule,
    Withheld,
)


class Fate(StrEnum):
    """What became of a rule and an entry.

    TOLD: its channels were told, or will be. SILENCED: a silence hid all that it had to tell. WAITING: the page is to decide, and hasn't been read yet; UNREAD:
    it never could be. UNTOLD: it holds today, but didn't when the entry came: the rule was another, or none.
    """

    TOLD = "told"
    SILENCED = "silenced"
    WITHHELD = "withheld"
    WAITING = "waiting"
    UNREAD = "unread"
    NO_MATCH = "no match"
    NOT_WATCHED = "not watched"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """What became of one rule. `clause` is its query as it holds now, None when the feed isn't watched."""

    rule: str
    fate: Fate
    stages: tuple[Stage, ...]
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A rule and an entry."""

    rule: Rule
    history: EntryHistory
    origin: Origin
    first_poll: timedelta
    matcher: Matcher
    zone: tzinfo
    channels: Mapping[str, Channel]
    now: datetime

    @property
    def match(self) -> Match | None:
        """The match that was found when the entry, or its page, came."""
        return next((match for match in self.history.matches if match.rule == self.rule.name), None)

    @property
    def hopeless(self) -> Withheld | None:
        """Why the rule would have told nobody when the entry came, whatever its page said."""
        stored = self.history.stored
        if stored.held:
            return Withheld.RESET
        (hoped,), _ = plan(
            [Match(self.rule.name, ())],
            {self.rule.name: self.rule},
            entry=stored.entry,
            baseline=stored.baseline,
            first_poll=self.first_poll,
            now=stored.first_seen_at,
            zone=self.zone,
        )
        return hoped.withheld

    @property
    def article(self) -> PastArticle | None:
        """The reading of the page, where it was read for this rule."""
        article = self.history.article
        return article if article and self.rule.name in article.rules else None

    @property
    def page_is_lost(self) -> bool:
        """Tell whether the rule was decided on the text of a page that is no longer kept."""
        return self.article is not None and self.article.pruned_at is not None

    @property
    def deliveries(self) -> tuple[PastDelivery, ...]:
        """Those that this rule has caused."""
        return tuple(each for each in self.history.deliveries if self.rule.name in each.rules)

    @property
    def ways(self) -> Iterator[Way]:
        """The ways of these deliveries."""
        stored = self.history.stored
        for each in self.deliveries:
            yield Way(
                delivery=each,
                published_at=stored.entry.published_at,
                seen_at=stored.first_seen_at,
                channel=self.channels.get(each.channel),
                now=self.now,
                zone=self.zone,
            )


def explain_rule(case: Case) -> RuleExplanation:
    """Explain one rule for one entry."""
    if case.match is None and (trouble := scope_trouble(case.rule, case.origin)):
        return RuleExplanation(case.rule.name, Fate.NOT_WATCHED, (Stage("feed", trouble),))
    stored = case.history.stored
    text = stored.text if case.article else None
    clause = case.matcher.explain(case.rule.name, stored.entry, case.origin, text)
    steps = (
        _query(case, clause),
        *_full_text(case, clause),
        *_timing(case),
        *chain.from_iterable(map(stages, case.ways)),
    )
    return RuleExplanation(case.rule.name, _fate(case, clause), steps, clause)


def _fate(case: Case, clause: Clause) -> Fate:
    if case.deliveries and all(each.state is DeliveryState.SUPPRESSED for each in case.deliveries):
        return Fate.SILENCED
    if case.deliveries or (case.match and case.match.withheld is None):
        return Fate.TOLD
    if case.match:
        return Fate.WITHHELD
    if case.page_is_lost:
        return Fate.NO_MATCH
    if case.article and case.article.state is not ArticleState.DONE:
        return Fate.WAITING if case.article.state is ArticleState.PENDING else Fate.UNREAD
    return Fate.UNTOLD if clause.holds else Fate.NO_MATCH


def _query(case: Case, clause: Clause) -> Stage:
    if case.match:
        return Stage("query", f"holds: {findings(case.match.hits, case.history.stored)}")
    if case.page_is_lost:
        return Stage("query", "didn't hold with the text of the page, which is no longer kept")
    if clause.holds:
        found = findings(clause.hits, case.history.stored)
        return Stage("query", f"holds today ({found}), but {_then(case)}")
    return Stage("query", failure(clause, case.history.stored))


def _then(case: Case) -> str:
    """Say what the rule was when the entry came."""
    version = case.history.versions.get(case.rule.name)
    if version is None:
        return "this rule didn't exist when the entry came"
    if version.rule.query != case.rule.query:
        return f"when the entry came the rule asked for: {version.rule.query}"
    return "when the entry came its options or groups were others"


def _full_text(case: Case, clause: Clause) -> Iterator[Stage]:
    article = case.article
    if article is not None:
        yield Stage("full text", _reading(article, case.zone))
    elif case.match is None:
        yield Stage("full text", _why_unread(case, clause))


def _reading(article: PastArticle, zone: tzinfo) -> str:
    tried = times(article.attempts)
    last = f"{article.reason}: {article.detail}" if article.reason else "not tried yet"
    when = f", {spoken_time(article.tried_at, zone)}" if article.tried_at else ""
    match article.state:
        case ArticleState.DONE:
            gone = (
                f"; its text was pruned {spoken_time(article.pruned_at, zone)}" if article.pruned_at else ""
            )
            return f"the page was read{when}{gone}"
        case ArticleState.FAILED if article.reason is None:
            return f"the page wasn't read: {article.detail}"
        case ArticleState.FAILED:
            return f"the page couldn't be read; tried {tried}, given up{when} ({last})"
        case ArticleState.PENDING:
            next_try = spoken_time(article.next_attempt_at, zone) if article.next_attempt_at else "soon"
            return f"title and summary leave it open; tried {tried} ({last}), next try {next_try}"


def _why_unread(case: Case, clause: Clause) -> str:
    wishes = (case.rule.full_text, case.origin.full_text)
    if FullText.NEVER in wishes:
        return "not read: full_text is never"
    if withheld := case.hopeless:
        return f"not read: {withheld_because(withheld, case.rule, case.zone, first_poll=case.first_poll)}"
    if FullText.ALWAYS in wishes:
        return "not read: title and summary had decided already"
    if not any(part.hits for part in clause.walk()):
        return "not read: title and summary held no word of the query (full_text = auto)"
    return "not read: title and summary had decided already, or held none of the words that are asked for"


def _timing(case: Case) -> Iterator[Stage]:
    match = case.match
    if match is not None and match.withheld is None and not case.deliveries:
        yield Stage("alert", "its channels were to be told; what became of that is no longer kept")
    elif match is not None and not case.deliveries:
        name = "story" if match.withheld in (Withheld.STORY, Withheld.INHIBITED) else "timing"
        yield Stage(
            name,
            f"not told: {withheld_because(match.withheld, case.rule, case.zone, first_poll=case.first_poll)}",
        )
    elif match is not None and match.progress:
        yield Stage("story", f"told before; this is an update: {NEWS[match.progress]}")
