"""What the API answers is what the commands print: the same names, and the same values."""

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

from tests.support.ground import Ground

LISTS = {
    "alerts list": "/alerts",
    "alerts list --rule truce --tag world --words ukraine": "/alerts?rule=truce&tag=world&q=Ukraine",
    "stories list --since 36500d": "/stories",
    "deliveries list --state dead": "/deliveries?state=dead",
    "rules list": "/rules",
    "silence list --all": "/silences?all=true",
    "channels list": "/channels",
}
ONES = {
    "alerts show 1": "/alerts/1",
    "stories show 1": "/stories/1",
    "rules show floods": "/rules/show?name=floods",
}


def printed(ground: Ground, command: str) -> Any:
    """Return the JSON that a command prints beside the running program, times as the API writes them."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *command.split(), "--json", "--config", str(ground.settings.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def even(value: Any) -> Any:
    """Return the same with times as moments: one writes +00:00 and whole seconds, the other Z and all there is."""
    if isinstance(value, dict):
        return {name: even(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [even(inner) for inner in value]
    if isinstance(value, str) and value[:2] == "20" and "T" in value:
        return datetime.fromisoformat(value).replace(microsecond=0)
    return value


# Told by the clock, and that of a command has gone on.
_BY_THE_CLOCK = ("in_force", "rests_until", "rests_because", "per_day", "matched", "last_match_at")


def lasting(value: Any) -> Any:
    """Return the same without what is told by the clock."""
    if isinstance(value, dict):
        return {name: lasting(inner) for name, inner in value.items() if name not in _BY_THE_CLOCK}
    return [lasting(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def busy(told: Ground) -> Ground:
    """The newsroom with a silence that is over, as commands see it, for their time goes on."""
    told.submit("/silences", rule="truce", **{"for": "1h", "reason": "a drill"})
    return told


def test_lists_are_the_same(busy: Ground) -> None:
    for command, path in LISTS.items():
        expected = printed(busy, command)
        assert expected, command
        assert even(lasting(busy.ask(path)["items"])) == even(lasting(expected)), command


def test_single_things_are_the_same(busy: Ground) -> None:
    for command, path in ONES.items():
        assert even(lasting(busy.ask(path))) == even(lasting(printed(busy, command))), command


def test_the_status_is_the_same(busy: Ground) -> None:
    answered, expected = busy.ask("/status"), printed(busy, "status")
    for told in (answered, expected):
        told.pop("checked_at"), told.pop("running"), told.pop("amiss")  # by the clock
        assert [worker.pop("there") is not None for worker in told["workers"]] == [True]
    assert even(answered) == even(expected)
    assert (answered["totals"]["dead"], answered["totals"]["failing"]) == (1, 1)
    assert {channel["name"]: channel["dead"] for channel in answered["channels"]} == {"desk": 0, "hook": 1}
