"""May a delivery be told now, and with which others? See docs/adr/0011.

In this order: hidden by a silence; kept for the channel's digest, which goes whatever the hour; held in its quiet
hours, unless it is urgent; gathered with its group; else told at once, alone. What has waited is asked again when its
time has come, by the configuration of then. It doesn't wait again for what it has waited for, and what was gathered
stays together. Notices are held in quiet hours, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from monitor.alert.digest import next_digest
from monitor.alert.windows import active_until
from monitor.model import (
    ALONE_BUNDLE,
    DIGEST_BUNDLE,
    GROUP_BUNDLE,
    QUIET_BUNDLE,
    Alert,
    Channel,
    DeliveryState,
    GroupBy,
    Grouping,
    GroupState,
    Priority,
    Rule,
    Settled,
    Silence,
    Unsettled,
)

_IMPORTANCE = {Priority.LOW: -1, Priority.NORMAL: 0, Priority.HIGH: 1}
_UNKNOWN = GroupState()
_DAY = timedelta(days=1)

Bundle = tuple[str, str]


def settle(
    waiting: Sequence[Unsettled],
    *,
    channels: Mapping[str, Channel],
    rules: Mapping[str, Rule],
    hushed: Mapping[int, Silence],
    groups: Mapping[Bundle, GroupState],
    now: datetime,
    zone: tzinfo,
) -> tuple[Settled, ...]:
    """Return what becomes of deliveries that are new or were held until now; of new ones the oldest comes first.

    `hushed` are the silences that hide some of them, by delivery id; `groups` is what is known of `bundles`.
    """
    windows = {one.channel: channels[one.channel].quiet_hours for one in waiting}
    quiet = {name: active_until(hours, now, zone) for name, hours in windows.items()}
    settling = _Settling(channels, rules, hushed, dict(groups), quiet, now, zone)
    return tuple(settling(one) for one in waiting)


def bundles(
    waiting: Sequence[Unsettled], *, channels: Mapping[str, Channel], rules: Mapping[str, Rule]
) -> frozenset[Bundle]:
    """Return the groups that new deliveries may join, each by its channel and bundle."""
    grouped = ((one.channel, _group(one, channels[one.channel], rules)) for one in waiting)
    return frozenset((channel, group[0]) for channel, group in grouped if group)


@dataclass(frozen=True, slots=True)
class _Settling:
    """What decides. `quiet` is when the channels' quiet hours end, None outside of them."""

    channels: Mapping[str, Channel]
    rules: Mapping[str, Rule]
    hushed: Mapping[int, Silence]
    groups: dict[Bundle, GroupState]
    quiet: Mapping[str, datetime | None]
    now: datetime
    zone: tzinfo

    def __call__(self, one: Unsettled) -> Settled:
        channel, is_alert = self.channels[one.channel], isinstance(one.about, Alert)
        if silence := self.hushed.get(one.id):
            return self._hidden(one, silence)
        if channel.digest and is_alert:
            return self._for_digest(one, channel.digest)
        end = self.quiet[one.channel]
        if end and self._importance(one) <= 0:
            bundle = QUIET_BUNDLE if is_alert else ALONE_BUNDLE
            return self._held(one, bundle, end, f"quiet hours until {self._clock(end)}")
        if group := _group(one, channel, self.rules):
            return self._gathered(one, *group)
        return self._told(one, one.bundle or ALONE_BUNDLE)

    def _hidden(self, one: Unsettled, silence: Silence) -> Settled:
        return Settled(
            delivery_id=one.id,
            state=DeliveryState.SUPPRESSED,
            bundle=ALONE_BUNDLE,
            due_at=self.now,
            detail=f"silence {silence.id}: {silence.reason}",
            silence=silence.id,
            importance=self._importance(one),
        )

    def _for_digest(self, one: Unsettled, cron: str) -> Settled:
        # What came just before a digest and is settled after it hasn't to wait for another.
        due = self.now if one.bundle == DIGEST_BUNDLE else next_digest(cron, one.created_at, self.zone)
        return self._held(one, DIGEST_BUNDLE, due, f"for the digest of {self._clock(due)}")

    def _gathered(self, one: Unsettled, bundle: str, grouping: Grouping) -> Settled:
        known = self.groups.get((one.channel, bundle), _UNKNOWN)
        due = known.due_at or self._begun(one, grouping, known.sent_at)
        self.groups[one.channel, bundle] = GroupState(due_at=due, sent_at=known.sent_at)
        return self._held(one, bundle, due, f"gathered until {due.astimezone(self.zone):%H:%M:%S}")

    def _begun(self, one: Unsettled, grouping: Grouping, sent_at: datetime | None) -> datetime:
        if sent_at and self.now < sent_at + grouping.interval:
            return sent_at + grouping.interval
        return one.created_at + grouping.wait

    def _held(self, one: Unsettled, bundle: str, due: datetime, detail: str) -> Settled:
        if due <= self.now:
            return self._told(one, bundle)
        return Settled(
            delivery_id=one.id,
            state=DeliveryState.HELD,
            bundle=bundle,
            due_at=due,
            detail=detail,
            importance=self._importance(one),
        )

    def _told(self, one: Unsettled, bundle: str) -> Settled:
        return Settled(
            delivery_id=one.id,
            state=DeliveryState.PENDING,
            bundle=bundle,
            due_at=self.now,
            importance=self._importance(one),
        )

    def _importance(self, one: Unsettled) -> int:
        # A rule may have left the configuration since.
        own = (self.rules[name].priority for name in one.rules if name in self.rules)
        return max((_IMPORTANCE[priority] for priority in own), default=0)

    def _clock(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{local:%H:%M}" if moment - self.now < _DAY else f"{local:%Y-%m-%d %H:%M}"


def _group(one: Unsettled, channel: Channel, rules: Mapping[str, Rule]) -> tuple[str, Grouping] | None:
    """Return the bundle of the group that a new delivery belongs to, and how that is gathered; None for none."""
    if one.bundle is not None or channel.digest or not isinstance(one.about, Alert):
        return None
    own = (rules[name].grouping for name in one.rules if name in rules)
    grouping = next(filter(None, own), channel.grouping)
    if grouping is None:
        return None
    values = {
        GroupBy.RULE: ", ".join(sorted(one.rules)),
        # What belongs to no story is a story of its own.
        GroupBy.STORY: f"{one.story}" if one.story is not None else f"alert {one.about.id}",
        GroupBy.FEED: one.about.feed_url,
    }
    return GROUP_BUNDLE + "; ".join(f"{by} {values[by]}" for by in GroupBy if by in grouping.by), grouping
