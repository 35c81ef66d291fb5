"""For how long things are kept."""

from datetime import timedelta

import pytest

from monitor.model import Keep
from tests.unit.config.conftest import REST, Load, Tell

FORGOTTEN = "an entry whose alert is forgotten looks as if nobody had been told"
UNKNOWN = "an entry can't be kept without what it is known by"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_without_a_word_all_is_kept_for_its_time(load: Load) -> None:
    assert load(REST).keep == Keep(
        entries=days(180),
        alerts=days(730),
        attempts=days(90),
        texts=days(60),
        revisions=days(180),
        polls=days(180),
        seen=days(400),
    )


def test_each_time_can_be_given_and_forever_is_one(load: Load) -> None:
    keep = load('[keep]\nentries = "7d"\nalerts = "forever"\ntexts = "1d12h"\n' + REST).keep
    assert (keep.entries, keep.alerts, keep.texts) == (days(7), None, timedelta(hours=36))


@pytest.mark.parametrize(
    ("keep", "told"),
    [
        ('entries = "6d"', "entries: must be at least 7d; stories and groups of alerts go on for days"),
        ('texts = "1h"', "texts: must be at least 1d"),
        (
            'seen = "29d"\nentries = "7d"',
            "seen: must be at least 30d; a feed that is away for so long goes on where it was",
        ),
        ('polls = "36501d"', 'polls: must be at most 36500d; or write "forever"'),
        (
            'texts = "always"',
            'texts: must be a duration such as "180d", or "forever"; units: d, h, m, s, ms',
        ),
        ("alerts = 30", 'alerts: must be a duration such as "180d", or "forever"; units: d, h, m, s, ms'),
        (
            'alerts = "90d"',
            f'alerts: alerts (90d) is shorter than entries (180d); write alerts = "180d" or more: {FORGOTTEN}',
        ),
        (
            'seen = "90d"',
            f'seen: seen (90d) is shorter than entries (180d); write seen = "180d" or more: {UNKNOWN}',
        ),
        (
            'entries = "500d"',
            f'entries: seen (400d) is shorter than entries (500d); write seen = "500d" or more: {UNKNOWN}',
        ),
        (
            'entries = "forever"\nalerts = "forever"',
            f'entries: seen (400d) is shorter than entries (forever); write seen = "forever": {UNKNOWN}',
        ),
    ],
)
def test_what_can_not_be_kept_so_is_told_with_a_way_out(tell: Tell, keep: str, told: str) -> None:
    assert tell(f"[keep]\n{keep}\n" + REST) == [f"config.toml:2: keep.{told}"]
