"""What one stored entry leads to under given rules.

It is decided as the pipelines decided it when it came: at the time of its first sight on title and summary,
and on the text of its page, when that came, for the rules that wait for it. One that was edited since is taken
as it is now. Its story is that of the other entries that were looked at under these rules, whenever their pages
came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from monitor.alert import hopeful, plan
from monitor.backtest.stories import ReplayedStories
from monitor.match import Matcher, compile_rules, origin_of_stored
from monitor.model import FeedSpec, Match, Rule, StoredEntry, Withheld


@dataclass(frozen=True, slots=True)
class Alerted:
    """A match that tells its channels, and when."""

    match: Match
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What one entry leads to. `open`: the rules that only its page could decide, which hasn't been read."""

    alerts: tuple[Alerted, ...] = ()
    withheld: tuple[Match, ...] = ()
    open: tuple[str, ...] = ()


NOTHING = Told()


class Replay:
    """Holds `rules` against stored entries of `feeds`; times of day are in `zone`. Raises QueryError."""

    def __init__(
        self,
        rules: Sequence[Rule],
        groups: Mapping[str, Sequence[str]],
        feeds: Iterable[FeedSpec],
        zone: tzinfo,
    ) -> None:
        self.rules = {rule.name: rule for rule in rules}
        self.zone = zone
        self._feeds = {feed.url: feed for feed in feeds}
        self._matcher: Matcher = compile_rules(rules, groups)
        self._stories = ReplayedStories(self.rules)

    def watches(self, stored: StoredEntry) -> bool:
        """Tell whether the entry's feed is among those that are watched."""
        return stored.feed_url in self._feeds

    def __call__(self, stored: StoredEntry) -> Told:
        """Return what the entry leads to; nothing when its feed isn't watched. Entries come in order."""
        spec = self._feeds.get(stored.feed_url)
        if spec is None:
            return NOTHING
        origin = origin_of_stored(stored, spec)
        verdicts = self._matcher.judge(stored.entry, origin)
        seen = self._planned(verdicts.matches, stored, spec, stored.first_seen_at)
        read: tuple[Alerted, ...] = ()
        # No page is read for a rule that wouldn't tell anybody if it held.
        hoped = self._planned([Match(name, ()) for name in verdicts.open], stored, spec, stored.first_seen_at)
        undecided = hopeful(each.match for each in hoped)
        if undecided and stored.text is not None:
            found = self._matcher.match(stored.entry, origin, stored.text, only=undecided)
            read = self._planned(found.matches, stored, spec, stored.read_at or stored.first_seen_at)
            undecided = ()
        matches = self._stories(stored, origin, [each.match for each in seen], [each.match for each in read])
        decided = [Alerted(match, each.at) for match, each in zip(matches, (*seen, *read), strict=True)]
        return Told(
            alerts=tuple(each for each in decided if each.match.withheld is None),
            withheld=tuple(match for match in matches if match.withheld is not None),
            open=undecided,
        )

    def _planned(
        self, matches: Sequence[Match], stored: StoredEntry, spec: FeedSpec, at: datetime
    ) -> tuple[Alerted, ...]:
        if stored.held:
            return tuple(Alerted(replace(match, withheld=Withheld.RESET), at) for match in matches)
        decided, _ = plan(
            matches,
            self.rules,
            entry=stored.entry,
            baseline=stored.baseline,
            first_poll=spec.first_poll,
            now=at,
            seen_at=stored.first_seen_at,
            zone=self.zone,
        )
        return tuple(Alerted(match, at) for match in decided)
