"""What became of each entry, from three logs: what feeds served, what channels received, what the database holds.

Nothing that the daemon says of itself counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.newsroom import Receipt, Served

# An entry (by its token) in a channel.
Place = tuple[str, str]

# What isn't a kill: a process was stopped, or was so slow that the others took over what it had.
STOPPED, GIVEN_UP = "stopped", "given up though alive"


@dataclass(frozen=True, slots=True)
class Blow:
    """What may have hit a daemon between a send and its record: it was killed, or stopped or given up from `began` to `ended`."""

    what: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery in the database. `seen`: when its entry was seen first, in the daemon's time."""

    token: str
    channel: str
    state: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that there is to go by. `quiet` began when the last fault was over; `decoys` match no rule."""

    channels: Sequence[str]
    served: Sequence[Served]
    decoys: frozenset[str]
    receipts: Sequence[Receipt]
    rows: Sequence[Row]
    blows: Sequence[Blow]
    quiet: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What it comes to. Lists name places: an entry's token and a channel.

    - `due`: in a document that was served to its end, and wanted by a rule.
    - `lost`: due, never accepted, and neither waiting nor shown as failed.
    - `failed`: due, refused for good by the channel, and shown as such.
    - `late`: due, and still waiting when all was quiet for long.
    - `duplicates`: copies beyond the first that the reader has. The promise allows `bound` of them: in each channel one for each
      kill or stop, and one for each answer that never came.
    - `unexplained`: those of them between which and the copy before there was neither.
    - `invented`: told though never served, or wanted by no rule.
    - `disordered`: told before one of the same feed that was seen earlier and that the channel had not turned away.
    - `drained`: seconds of quiet until the last was told.
    """

    due: int
    accepted: int
    lost: tuple[Place, ...]
    failed: tuple[Place, ...]
    late: tuple[Place, ...]
    duplicates: int
    bound: int
    unexplained: tuple[Place, ...]
    invented: tuple[Place, ...]
    disordered: tuple[Place, ...]
    drained: float
    blows: tuple[str, ...] = field(default=())

    @property
    def faults(self) -> list[str]:
        """What breaks the promise, in words; nothing: it was kept."""
        broken = {
            name: getattr(self, name) for name in ("lost", "late", "unexplained", "invented", "disordered")
        }
        told = [f"{len(places)} {name}: {_shown(places)}" for name, places in broken.items() if places]
        if self.duplicates > self.bound:
            told.append(f"{self.duplicates} duplicates, {self.bound} allowed")
        return told


def judge(evidence: Evidence) -> Verdict:
    """Return what became of everything."""
    served = {token for one in evidence.served for token in one.tokens if one.complete}
    due = {(token, channel) for token in served - evidence.decoys for channel in evidence.channels}
    copies = _copies(evidence.receipts)
    accepted = {place for place, kept in copies.items() if any(one.answer == "ok" for one in kept)}
    states = {(row.token, row.channel): row.state for row in evidence.rows}
    turned_away = {
        (token, one.channel) for one in evidence.receipts if one.answer != "ok" for token in one.tokens
    }
    missing = due - accepted
    # What the database calls dead without having been turned away has been thrown away.
    failed = {place for place in missing & turned_away if states.get(place) == "dead"}
    late = {place for place in missing if states.get(place) in ("pending", "failed")}
    first = [kept[0].at for place, kept in copies.items() if place in due]
    return Verdict(
        due=len(due),
        accepted=len(due & accepted),
        lost=_sorted(missing - failed - late),
        failed=_sorted(failed),
        late=_sorted(late),
        duplicates=sum(len(kept) - 1 for kept in copies.values()),
        bound=_bound(evidence),
        unexplained=_sorted(_unexplained(copies, evidence.blows)),
        invented=_sorted(copies.keys() - due),
        disordered=_sorted(_disordered(evidence.rows, copies, turned_away)),
        drained=max([0.0, *(at - evidence.quiet for at in first)]),
        blows=tuple(blow.what for blow in evidence.blows),
    )


def _copies(receipts: Sequence[Receipt]) -> Mapping[Place, Sequence[Receipt]]:
    """Return what the readers have, in order of arrival."""
    found: defaultdict[Place, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        for token in receipt.tokens if receipt.is_kept else ():
            found[token, receipt.channel].append(receipt)
    return found


def _bound(evidence: Evidence) -> int:
    unanswered = sum(receipt.answer == "ambiguous" for receipt in evidence.receipts)
    return len(evidence.blows) * len(evidence.channels) + unanswered


def _unexplained(copies: Mapping[Place, Sequence[Receipt]], blows: Sequence[Blow]) -> set[Place]:
    """Return what came again though the copy before was answered, and no blow fell between; each explains one a channel."""
    again = [
        (before.at, after.at, place)
        for place, kept in copies.items()
        for before, after in pairwise(kept)
        if before.answer == "ok"
    ]
    left = {channel: sorted(blows, key=lambda blow: blow.ended) for _, _, (_, channel) in again}
    unexplained = set()
    for before, after, place in sorted(again, key=lambda pair: pair[1]):
        fitting = [blow for blow in left[place[1]] if blow.began <= after and blow.ended >= before]
        if fitting:
            left[place[1]].remove(fitting[0])
        else:
            unexplained.add(place)
    return unexplained


def _disordered(
    rows: Sequence[Row], copies: Mapping[Place, Sequence[Receipt]], turned_away: set[Place]
) -> set[Place]:
    """Return what overtook an entry of its feed in its channel."""
    told: defaultdict[tuple[str, str], list[tuple[str, float, Place]]] = defaultdict(list)
    for row in rows:
        place = row.token, row.channel
        if place in copies and place not in turned_away:
            told[row.token.rpartition("-")[0], row.channel].append((row.seen, copies[place][0].at, place))
    found = set()
    for those in told.values():
        for seen, at, place in those:
            if any(other < seen and later > at for other, later, _ in those):
                found.add(place)
    return found


def _sorted(places: set[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places))


def _shown(places: Sequence[Place]) -> str:
    few = ", ".join(f"{token} in {channel}" for token, channel in places[:3])
    return few + (", ..." if len(places) > 3 else "")
