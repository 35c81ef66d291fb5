"""Verdicts -> the tables of docs/reliability.md."""

import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor import __version__
from tests.faults.check import GIVEN_UP, STOPPED, Verdict
from tests.support.daemon import REPOSITORY

_STOPS = (STOPPED, GIVEN_UP)
_NAMES = {"sqlite": "SQLite, one daemon", "postgresql": "PostgreSQL, three workers"}
_HEAD = (
    "| database | seeds | kills | stops | due | accepted | refused, shown | lost | duplicates | allowed | longest to drain |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One trial. `bug` is what was planted, "" for nothing; `verdict` is None when it broke off, which `fault` then tells."""

    seed: int
    database: str
    bug: str
    verdict: Verdict | None
    fault: str = ""

    @property
    def faults(self) -> list[str]:
        return self.verdict.faults if self.verdict else [self.fault]

    @property
    def kills(self) -> int:
        return sum(self.by_point.values())

    @property
    def by_point(self) -> Counter[str]:
        return Counter(what for what in (self.verdict.blows if self.verdict else ()) if what not in _STOPS)


def version() -> str:
    """Return what was tried: the version, and the commit where one is known."""
    asked = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    return f"{__version__} ({done.stdout.strip()})" if done.returncode == 0 else __version__


def write(outcomes: Sequence[Outcome]) -> str:
    """Return the whole report in Markdown."""
    sound = [outcome for outcome in outcomes if not outcome.bug]
    planted = [outcome for outcome in outcomes if outcome.bug]
    parts = [f"Version {version()}.\n", _HEAD + "".join(map(_row, _by_database(sound).values()))]
    parts.append(_points(sound))
    if broken := [outcome for outcome in sound if outcome.faults]:
        lines = (f"- seed {one.seed}, {one.database}: {'; '.join(one.faults)}\n" for one in broken)
        parts.append("What broke the promise:\n\n" + "".join(lines))
    if planted:
        parts.append(_planted(planted))
    return "\n".join(parts)


def _by_database(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.database, []).append(outcome)
    return found


def _row(outcomes: Sequence[Outcome]) -> str:
    verdicts = [outcome.verdict for outcome in outcomes if outcome.verdict]
    cells = [
        _NAMES[outcomes[0].database],
        _seeds([outcome.seed for outcome in outcomes]),
        sum(outcome.kills for outcome in outcomes),
        sum(verdict.blows.count(stop) for verdict in verdicts for stop in _STOPS),
        sum(verdict.due for verdict in verdicts),
        sum(verdict.accepted for verdict in verdicts),
        sum(len(verdict.failed) for verdict in verdicts),
        sum(len(verdict.lost) for verdict in verdicts),
        sum(verdict.duplicates for verdict in verdicts),
        sum(verdict.bound for verdict in verdicts),
        f"{max((verdict.drained for verdict in verdicts), default=0.0):.1f} s",
    ]
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _points(outcomes: Sequence[Outcome]) -> str:
    databases = _by_database(outcomes)
    counts = {name: sum((one.by_point for one in those), Counter[str]()) for name, those in databases.items()}
    head = (
        "| killed | "
        + " | ".join(_NAMES[name] for name in counts)
        + " |\n"
        + "|---" * (len(counts) + 1)
        + "|\n"
    )
    points = sorted({point for counter in counts.values() for point in counter})
    rows = (
        f"| {point} | " + " | ".join(str(counter[point]) for counter in counts.values()) + " |\n"
        for point in points
    )
    return head + "".join(rows)


def _planted(outcomes: Sequence[Outcome]) -> str:
    found: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault((outcome.bug, outcome.database), []).append(outcome)
    rows = [
        f"| {bug} | {_NAMES[database]} | {_seeds([one.seed for one in those if one.faults]) or 'none'} | "
        f"{_seeds([one.seed for one in those])} |\n"
        for (bug, database), those in found.items()
    ]
    return "| planted bug | database | caught by seed | tried |\n|---|---|---|---|\n" + "".join(rows)


def _seeds(seeds: Iterable[int]) -> str:
    """Return numbers as people write them: 1-3, 7."""
    runs: list[list[int]] = []
    for seed in sorted(seeds):
        if runs and seed == runs[-1][-1] + 1:
            runs[-1].append(seed)
        else:
            runs.append([seed])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
