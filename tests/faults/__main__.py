"""Trials by seed: ``python -m tests.faults --help``, or ``make faults``."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from tests.faults.bugs import BUGS
from tests.faults.plan import draw
from tests.faults.report import Outcome, write
from tests.faults.trial import carry_out
from tests.support.database import migrated_database

DATABASES = ("sqlite", "postgresql")
# How many kills a long run has.
LONG = {"sqlite": 500, "postgresql": 200}
SHORT = 2
# Where each planted bug shows, and how many seeds it is tried with in a long run.
PLANTED = {bug: "postgresql" if bug == "lease ignored" else "sqlite" for bug in BUGS}
TRIES = 8


def main() -> int:
    """Do what the command line asks for; return the exit code."""
    asked = _arguments()
    databases = [asked.database] if asked.database else list(DATABASES)
    with TemporaryDirectory() as folder:
        for database in databases:
            migrated_database(database, Path(folder)).discard()  # what is made once isn't made by two at once
    outcomes: list[Outcome] = []
    for database in databases:
        for outcome in _try_all(asked, database):
            outcomes.append(outcome)
            _keep(outcomes, asked.report)
    for outcome in _try_bugs(asked.jobs, databases) if asked.long else ():
        outcomes.append(outcome)
        _keep(outcomes, asked.report)
    print(f"\n{write(outcomes)}")
    return 0 if _is_good(outcomes) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Kill the program by seed, and see what is lost."
    )
    parser.add_argument("--seeds", type=_numbers, default=(), help="these alone, as 17 or 17,18 or 1-20")
    parser.add_argument("--database", choices=DATABASES, help="one of the two alone")
    parser.add_argument(
        "--long", action="store_true", help="500 kills on SQLite, 200 on PostgreSQL, and planted bugs"
    )
    parser.add_argument("--bug", choices=BUGS, default="", help="plant a bug, which is to be caught")
    parser.add_argument("--jobs", type=int, default=2, help="trials at a time (2)")
    parser.add_argument("--report", type=Path, help="write the tables to this file, too")
    parser.add_argument("--stop", action="store_true", help="stop at the first trial that breaks the promise")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    spans = (part.partition("-") for part in text.split(","))
    return tuple(seed for first, _, last in spans for seed in range(int(first), int(last or first) + 1))


def _try_all(asked: argparse.Namespace, database: str) -> Iterator[Outcome]:
    """Try the seeds that are asked for, or as many as it takes."""
    seeds: Iterator[int] = iter(asked.seeds) if asked.seeds else count(1)
    if not (asked.seeds or asked.long):
        seeds = islice(seeds, SHORT)
    wanted = LONG[database] if asked.long and not asked.seeds else 0
    kills, broken = 0, False
    with ThreadPoolExecutor(asked.jobs) as pool:
        while some := list(islice(seeds, 4 * asked.jobs)):
            for outcome in pool.map(partial(attempt, database=database, bug=asked.bug), some):
                kills += outcome.kills
                broken = broken or bool(outcome.faults)
                _tell(outcome, f"{kills} of {wanted} kills" if wanted else str(draw(outcome.seed, database)))
                yield outcome
            if (wanted and kills >= wanted) or (asked.stop and broken):
                break


def _try_bugs(jobs: int, databases: Sequence[str]) -> Iterator[Outcome]:
    """Try each planted bug with some seeds."""
    with ThreadPoolExecutor(jobs) as pool:
        for bug, database in PLANTED.items():
            if database in databases:
                for outcome in pool.map(partial(attempt, database=database, bug=bug), range(1, TRIES + 1)):
                    _tell(outcome, f"planted: {bug}")
                    yield outcome


def _keep(outcomes: Sequence[Outcome], report: Path | None) -> None:
    """Write the report as it stands: a long run that is broken off has told so far."""
    if report:
        report.write_text(write(outcomes))


def attempt(seed: int, database: str, bug: str = "") -> Outcome:
    """Carry out the plan of one seed. What a sound program leaves behind when it broke the promise is kept, to be looked at."""
    folder = Path(mkdtemp(prefix="news-monitor-faults-"))
    try:
        verdict = carry_out(draw(seed, database), folder, bug=bug)
        outcome = Outcome(seed=seed, database=database, bug=bug, verdict=verdict)
    except (
        AssertionError
    ) as error:  # what a daemon did instead of what it should: told, the other seeds go on
        outcome = Outcome(seed=seed, database=database, bug=bug, verdict=None, fault=str(error))
    if outcome.faults and not bug:
        print(f"  kept: {folder}")
    else:
        rmtree(folder)
    return outcome


def _tell(outcome: Outcome, what: str) -> None:
    verdict = "; ".join(outcome.faults) or "nothing lost"
    if (found := outcome.verdict) is not None:
        verdict += f" ({found.due} due, {found.duplicates} duplicates of {found.bound} allowed, drained in {found.drained:.1f} s)"
    print(f"{what}\n  seed {outcome.seed}, {outcome.database}: {verdict}", flush=True)


def _is_good(outcomes: Sequence[Outcome]) -> bool:
    caught = {outcome.bug for outcome in outcomes if outcome.bug and outcome.faults}
    planted = {outcome.bug for outcome in outcomes if outcome.bug}
    return caught == planted and not any(outcome.faults for outcome in outcomes if not outcome.bug)


if __name__ == "__main__":
    sys.exit(main())
