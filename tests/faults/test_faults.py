"""A short sample of `make faults`: the promise is kept, and a bug that breaks it is caught."""

from pathlib import Path

import pytest

from tests.faults.plan import CHANNELS, Plan, Strike, draw
from tests.faults.trial import carry_out

EVERY_CHANNEL = (("500", "ok"),) * len(CHANNELS)
# The shortest way to each bug.
SHORTEST = {
    "recorded before it is sent": Strike(kind="point", point="before send"),
    "validators stored before entries": Strike(kind="point", point="early in a commit"),
    "lease ignored": Strike(kind="terminate", after=4.0, entries=(6,) * 4),
    "any answer is a yes": Strike(kind="terminate", after=2.0, channels=EVERY_CHANNEL),
}


@pytest.mark.parametrize(("database", "seed"), [("sqlite", 6), ("postgresql", 5)])
def test_a_seed_stands_for_the_same_faults_each_time(database: str, seed: int) -> None:
    assert draw(seed, database) == draw(seed, database)
    assert str(draw(seed, database)) != str(draw(seed + 1, database))


@pytest.mark.parametrize(("database", "seed"), [("sqlite", 6), ("postgresql", 5)])
def test_daemons_that_are_killed_lose_nothing_and_repeat_no_more_than_promised(
    tmp_path: Path, database: str, seed: int
) -> None:
    verdict = carry_out(draw(seed, database), tmp_path)

    assert (verdict.lost, verdict.late, verdict.invented) == ((), (), ())
    assert verdict.duplicates <= verdict.bound
    # With three workers on the fast clock one that a busy machine keeps waiting may be taken for dead.
    assert database == "postgresql" or verdict.faults == []
    assert verdict.due > 50
    assert verdict.accepted + len(verdict.failed) == verdict.due
    assert len([blow for blow in verdict.blows if blow != "stopped"]) > 2


@pytest.mark.parametrize("bug", SHORTEST)
def test_a_planted_bug_is_caught(tmp_path: Path, bug: str) -> None:
    plan = Plan(seed=0, database="sqlite", workers=1, strikes=(SHORTEST[bug],))

    faults = carry_out(plan, tmp_path, bug=bug).faults

    what = "unexplained" if bug == "lease ignored" else "lost"
    assert any(what in fault for fault in faults), faults
