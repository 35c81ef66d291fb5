"""Single values: durations, sizes, networks, time zones, contacts, queries."""

from datetime import timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest

from monitor.model import FIRST_POLL_ALERT, FIRST_POLL_SILENT
from tests.unit.config.conftest import REST, Load, Tell


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1m", timedelta(minutes=1)),
        ("15m", timedelta(minutes=15)),
        ("1h30m", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("1d2h3m4s5ms", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5)),
        ("60000ms", timedelta(minutes=1)),
        ("30d", timedelta(days=30)),
    ],
)
def test_durations(load: Load, text: str, length: timedelta) -> None:
    assert load(f'[monitor]\npoll_every = "{text}"' + REST).feeds[0].poll_every == length


@pytest.mark.parametrize(
    "written",
    [
        '""',
        '"15"',
        "15",
        '"15 m"',
        '"m"',
        '"1m1h"',
        '"1.5h"',
        '"-1h"',
        '"1w"',
        '"١h"',
        "true",
        '["1h"]',
        "12:00:00",
    ],
)
def test_what_is_no_duration(tell: Tell, written: str) -> None:
    assert tell(f"[monitor]\npoll_every = {written}" + REST) == [
        'config.toml:2: monitor.poll_every: must be a duration such as "15m" or "1h30m"; units: d, h, m, s, ms'
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[fetch]\ntimeout = "10ms"', "config.toml:2: fetch.timeout: must be at least 100ms"),
        ('[fetch]\ntimeout = "6m"', "config.toml:2: fetch.timeout: must be at most 5m"),
        ('[parse]\ntimeout = "61s"', "config.toml:2: parse.timeout: must be at most 1m"),
        ('[monitor]\npoll_every = "31d"', "config.toml:2: monitor.poll_every: must be at most 30d"),
        ('[delivery]\nmax_age = "0s"', "config.toml:2: delivery.max_age: must be at least 1ms"),
        ('[delivery]\nmax_age = "999999d"', "config.toml:2: delivery.max_age: must be at most 30d"),
        ("[fetch]\nmax_body = 999", "config.toml:2: fetch.max_body: must be from 1kB to 100MB"),
        ('[fetch]\nmax_body = "101MB"', "config.toml:2: fetch.max_body: must be from 1kB to 100MB"),
        (
            '[fetch]\nmax_body = "5 megabytes"',
            (
                'config.toml:2: fetch.max_body: must be a size such as "5MB" or a number of bytes; '
                "units: B, kB, MB, KiB, MiB"
            ),
        ),
        (
            "[fetch]\nmax_body = true",
            (
                'config.toml:2: fetch.max_body: must be a size such as "5MB" or a number of bytes; '
                "units: B, kB, MB, KiB, MiB"
            ),
        ),
        (
            '[fetch]\nallow_networks = ["10.0.0.1/8"]',
            (
                'config.toml:2: fetch.allow_networks.1: is an address inside a network; write "10.0.0.0/8", '
                "or the address without /"
            ),
        ),
        (
            '[fetch]\nallow_networks = ["::1", "localhost"]',
            'config.toml:2: fetch.allow_networks.2: must be a network such as "10.0.0.0/8" or an address',
        ),
        (
            "[fetch]\nallow_networks = [10]",
            (
                "config.toml:2: fetch.allow_networks.1: "
                'must be a network such as "10.0.0.0/8" or an address; put it in quotes'
            ),
        ),
        (
            '[monitor]\nfirst_poll = "quiet"',
            'config.toml:2: monitor.first_poll: must be "silent", "alert" or a duration such as "24h"',
        ),
        (
            '[monitor]\nfirst_poll = "0s"',
            'config.toml:2: monitor.first_poll: must be "silent", "alert" or a duration such as "24h"',
        ),
    ],
)
def test_values_out_of_bounds(tell: Tell, text: str, line: str) -> None:
    assert tell(text + REST) == [line]


@pytest.mark.parametrize(
    ("written", "size"), [("1000", 1000), ('"5MB"', 5_000_000), ('"64kB"', 64_000), ('"2MiB"', 2_097_152)]
)
def test_sizes(load: Load, written: str, size: int) -> None:
    assert load(f"[fetch]\nmax_body = {written}" + REST).fetch.max_body == size


def test_networks_and_single_addresses(load: Load) -> None:
    settings = load('[fetch]\nallow_networks = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"]' + REST)
    expected = ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"), ip_network("fd00::/8")
    assert settings.fetch.allow_networks == expected


@pytest.mark.parametrize(
    ("written", "age"),
    [("silent", FIRST_POLL_SILENT), ("alert", FIRST_POLL_ALERT), ("36h", timedelta(hours=36))],
)
def test_first_polls(load: Load, written: str, age: timedelta) -> None:
    assert load(f'[monitor]\nfirst_poll = "{written}"' + REST).feeds[0].first_poll == age


def test_a_time_zone(load: Load) -> None:
    assert load('[monitor]\ntimezone = "Europe/Berlin"' + REST).timezone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("Europe/Berln", 'did you mean "Europe/Berlin"?'),
        ("europe/berlin", 'did you mean "Europe/Berlin"?'),
        ("Berlin", 'did you mean "Europe/Berlin"?'),
        ("../../etc/passwd", 'write a name such as "Europe/Berlin" or "UTC"'),
        ("", 'write a name such as "Europe/Berlin" or "UTC"'),
        ("x" * 5_000, 'write a name such as "Europe/Berlin" or "UTC"'),
    ],
)
def test_what_is_no_time_zone(tell: Tell, written: str, advice: str) -> None:
    assert tell(f'[monitor]\ntimezone = "{written}"' + REST) == [
        f"config.toml:2: monitor.timezone: is not a time zone; {advice}"
    ]


@pytest.mark.parametrize(
    "contact", ["https://example.org/bot", "news@example.org", "mailto:news@example.org"]
)
def test_contacts(load: Load, contact: str) -> None:
    assert load(f'[monitor]\ncontact = "{contact}"' + REST).fetch.contact == contact


@pytest.mark.parametrize(
    "contact",
    ["me", "", "a@b", "a@example.org\\r\\nX: 1", "https://example.org/é", "ftp://a.org", "a)@example.org"],
)
def test_what_could_break_the_user_agent_is_no_contact(tell: Tell, contact: str) -> None:
    assert tell(f'[monitor]\ncontact = "{contact}"' + REST) == [
        (
            "config.toml:2: monitor.contact: must be a web or mail address, in ASCII; "
            'such as "https://example.org/bot" or "news@example.org"'
        )
    ]


def test_a_query_that_does_not_parse_is_told_with_its_column(tell: Tell) -> None:
    [line] = tell(REST.replace("Ukraine ceasefire", "Ukraine OR"))
    assert line.startswith("config.toml:10: rules.1.query: column ")


def test_a_query_in_several_lines(load: Load) -> None:
    query = "Ukraine\n  (truce OR ceasefire)\n"
    assert load(REST.replace('"Ukraine ceasefire"', f'"""{query}"""')).rules[0].query == query
