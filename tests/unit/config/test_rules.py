"""What a rule may say beside its query: whose entries, in which words, when, and whom to tell."""

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.model import Priority, Rule, TextField, Window
from tests.unit.config.conftest import REST, Load, Tell

FEEDS = """
[[feeds]]
url = "https://desk:${PASSWORD}@b.example/feed"
name = "Wire B"
tags = ["world", "wire"]
[[feeds]]
url = "https://c.example/feed?key=${KEY}"
name = "Wire C"
"""
SECRETS = {"PASSWORD": "feed-word", "KEY": "key-word"}
BERLIN = '[monitor]\ntimezone = "Europe/Berlin"\n'
ALL = frozenset(range(7))
DAYS = "days: Mon, Tue, Wed, Thu, Fri, Sat, Sun"
HOURS = 'must be hours such as "07:00-19:00" or "Mon-Fri 07:00-19:00"; days: Mon to Sun'


def the_rule(load: Load, options: str, before: str = "") -> Rule:
    """Return the one rule, with `options` in its table and `before` above all tables."""
    (rule,) = load(f"{before}{FEEDS}{REST}{options}", **SECRETS).rules
    return rule


def test_without_a_word_a_rule_is_for_all_and_always(load: Load) -> None:
    assert the_rule(load, "") == Rule(name="truce", query="Ukraine ceasefire", channels=("desk",))


def test_every_option_does_what_it_says(load: Load) -> None:
    rule = the_rule(
        load,
        """
        tags = ["world"]
        not_tags = ["wire"]
        language = "ru"
        fields = ["title", "author", "title"]
        priority = "high"
        not_before = 2026-12-01T08:00:00Z
        active = "07:00-19:00"
        max_age = "2d"
        """,
    )
    assert rule == Rule(
        name="truce",
        query="Ukraine ceasefire",
        channels=("desk",),
        tags=frozenset({"world"}),
        not_tags=frozenset({"wire"}),
        language="ru",
        fields=frozenset({TextField.TITLE, TextField.AUTHOR}),
        priority=Priority.HIGH,
        not_before=datetime(2026, 12, 1, 8, tzinfo=UTC),
        active=(Window(ALL, time(7), time(19)),),
        max_age=timedelta(days=2),
    )


@pytest.mark.parametrize(
    ("written", "feeds"),
    [
        ("Wire B", {"https://desk:***@b.example/feed"}),
        ("https://EXAMPLE.org:443/feed.xml#top", {"https://example.org/feed.xml"}),
        ("https://desk:${PASSWORD}@b.example/feed", {"https://desk:***@b.example/feed"}),
        ("https://desk:***@b.example/feed", {"https://desk:***@b.example/feed"}),  # as messages show it
        ("https://c.example/feed?key=${KEY}", {"https://c.example/feed?key=${KEY}"}),
    ],
)
def test_a_feed_is_named_by_its_name_or_by_its_address_however_spelled(
    load: Load, written: str, feeds: set[str]
) -> None:
    assert the_rule(load, f'feeds = ["{written}"]').feeds == feeds
    assert the_rule(load, f'not_feeds = ["{written}"]').not_feeds == feeds


def test_a_name_that_several_feeds_have_is_all_of_them(load: Load) -> None:
    text = (FEEDS + REST).replace("Wire C", "Wire B")
    (rule,) = load(text + 'feeds = ["Wire B"]', **SECRETS).rules
    assert len(rule.feeds) == 2


@pytest.mark.parametrize("key", ["feeds", "not_feeds"])
def test_a_feed_that_is_none_is_told_with_the_nearest_and_without_secrets(tell: Tell, key: str) -> None:
    rule = f'[[rules]]\nname = "b"\nquery = "b"\nchannels = ["desk"]\n{key} = ["Wire D"]'
    (line,) = tell(REST + FEEDS + rule, **SECRETS)
    assert line == (
        f"config.toml:24: rules.2.{key}.1: no feed has this address or name; "
        'did you mean "Wire C"? feeds: "Wire B", "Wire C", "https://c.example/feed?key=***", '
        '"https://desk:***@b.example/feed", "https://example.org/feed.xml"'
    )


def test_of_many_feeds_only_the_nearest_is_named(tell: Tell) -> None:
    feeds = "".join(f'[[feeds]]\nurl = "https://example.net/{at}"\nname = "Feed {at}"\n' for at in range(20))
    assert tell(f'{REST}feeds = ["Fed 7", "zzz"]\n{feeds}') == [
        'config.toml:12: rules.1.feeds.1: no feed has this address or name; did you mean "Feed 7"?',
        "config.toml:12: rules.1.feeds.2: no feed has this address or name; none of the 41 feeds is like it",
    ]


def test_a_tag_to_leave_out_that_no_feed_has_would_leave_out_nothing(tell: Tell) -> None:
    assert tell(REST + 'not_tags = ["wolrd"]') == [
        'config.toml:12: rules.1.not_tags.1: no feed has this tag; did you mean "world"? tags: "world"'
    ]


@pytest.mark.parametrize(
    "options",
    ['not_tags = ["world"]', 'not_feeds = ["https://example.org/feed.xml"]'],
)
def test_a_rule_for_which_no_feed_is_left_is_a_mistake(tell: Tell, options: str) -> None:
    assert tell(f"{REST}{options}") == [
        (
            "config.toml:9: rules.1.name: the rule watches no feed: none is left for it; "
            "mend its tags, not_tags, feeds and not_feeds"
        )
    ]


def test_the_channels_of_all_rules_stand_in_monitor_and_a_rule_may_have_its_own(load: Load) -> None:
    text = '[monitor]\nchannels = ["desk", "mail"]\n' + REST.replace('channels = ["desk"]\n', "")
    text += '[[channels]]\nname = "mail"\nurl = "mailto:x"\n'
    text += '[[rules]]\nname = "own"\nquery = "x"\nchannels = ["mail"]\n'
    assert [rule.channels for rule in load(text).rules] == [("desk", "mail"), ("mail",)]


@pytest.mark.parametrize(
    ("channels", "line"),
    [
        ('["dsk"]', 'monitor.channels.1: no channel has this name; did you mean "desk"? channels: "desk"'),
        ("[]", 'monitor.channels: rules would tell nobody; name one of "desk"'),
        ('"desk"', 'monitor.channels: must be a list; write channels = ["..."]'),
    ],
)
def test_the_channels_of_all_rules_are_held_to_the_same(tell: Tell, channels: str, line: str) -> None:
    text = REST.replace('channels = ["desk"]\n', "")
    assert tell(f"[monitor]\nchannels = {channels}{text}") == [f"config.toml:2: {line}"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-01", datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026-12-01T08:00:00", datetime(2026, 12, 1, 7, tzinfo=UTC)),
        ("2026-12-01 08:00:00.5", datetime(2026, 12, 1, 7, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-12-01T08:00:00Z", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("2026-12-01T08:00:00-05:00", datetime(2026, 12, 1, 13, tzinfo=UTC)),
        ("1970-01-01", datetime(1969, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_dates_without_an_offset_are_those_of_the_zone(load: Load, written: str, moment: datetime) -> None:
    assert the_rule(load, f"not_before = {written}", BERLIN).not_before == moment


@pytest.mark.parametrize(
    ("written", "days", "start", "end"),
    [
        ("07:00-19:00", ALL, time(7), time(19)),
        ("7:00 - 19:30", ALL, time(7), time(19, 30)),
        ("07:00–19:00", ALL, time(7), time(19)),
        ("Mon-Fri 07:00-19:00", {0, 1, 2, 3, 4}, time(7), time(19)),
        ("mon - FRIDAY 07:00-19:00", {0, 1, 2, 3, 4}, time(7), time(19)),
        ("Sat,Sun 22:00-06:00", {5, 6}, time(22), time(6)),
        ("saturday, sunday 22:00-06:00", {5, 6}, time(22), time(6)),
        ("Fri-Mon,Wed 00:00-24:00", {4, 5, 6, 0, 2}, time(0), time(0)),
        ("Tue 18:00-24:00", {1}, time(18), time(0)),
        ("Sun-Sun 09:00-09:00", {6}, time(9), time(9)),
    ],
)
def test_hours(load: Load, written: str, days: set[int], start: time, end: time) -> None:
    window = Window(frozenset(days), start, end)
    assert the_rule(load, f'active = "{written}"').active == (window,)
    assert the_rule(load, f'active = ["{written}", "00:00-00:01"]').active[0] == window


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ('active = "Mon-Fri"', f"active: {HOURS}"),
        ('active = "nine to five"', f"active: {HOURS}"),
        ('active = ["07:00-19:00", 7]', f"active: {HOURS}"),
        ("active = 07:00:00", f"active: {HOURS}"),
        ("active = []", "active: names no hours; leave it out to alert at all hours"),
        ('active = "Mo-Fr 07:00-19:00"', f"active: has a day that is none; {DAYS}"),
        ('active = "Mon-Frisday 07:00-19:00"', f"active: has a day that is none; {DAYS}"),
        (
            'active = "Mon,,Fri 07:00-19:00"',
            'active: has days that can\'t be read; write them as in "Mon-Fri" or "Sat,Sun"',
        ),
        (
            'active = "07:00-25:00"',
            'active: has an hour that no clock shows; hours go from "00:00" to "24:00"',
        ),
        (
            'active = "24:00-07:00"',
            'active: has an hour that no clock shows; hours go from "00:00" to "24:00"',
        ),
        (
            'active = "07:60-19:00"',
            'active: has an hour that no clock shows; hours go from "00:00" to "24:00"',
        ),
        (
            'not_before = "2026-12-01"',
            "not_before: must be a date such as 2026-12-01 or 2026-12-01T08:00:00; write it without quotes",
        ),
        (
            "not_before = 08:00:00",
            "not_before: must be a date such as 2026-12-01 or 2026-12-01T08:00:00; write it without quotes",
        ),
        ("not_before = 0001-01-01", "not_before: must be from 1970 to 2999"),
        ("not_before = 9999-12-31T23:59:59-12:00", "not_before: must be from 1970 to 2999"),
        ('max_age = "old"', 'max_age: must be a duration such as "15m" or "1h30m"; units: d, h, m, s, ms'),
        ('max_age = "1s"', "max_age: must be at least 1m"),
        ('priority = "urgent"', 'priority: must be "low", "normal" or "high"'),
        (
            'fields = ["titel"]',
            (
                'fields.1: is no part of an entry; did you mean "title"? parts: "author", "category", "feed", "site", '
                '"summary", "text", "title", "url"'
            ),
        ),
        (
            'fields = ["title", "lang"]',
            (
                'fields.2: is no part of an entry; parts: "author", "category", "feed", "site", "summary", "text", '
                '"title", "url"'
            ),
        ),
        ("fields = []", 'fields: names no part; such as ["title"], or leave it out'),
        ('fields = "title"', 'fields: must be a list; write fields = ["..."]'),
        ('language = "de-AT"', 'language: must be a language without its region; write "de"'),
        ('language = "DE"', 'language: must be a language without its region; write "de"'),
        (
            'language = "english"',
            (
                "language: is no language whose inflected forms are known; known: ar, ca, cs, da, de, el, en, eo, es, et, "
                "eu, fa, fi, fr, ga, hi, hu, hy, id, it, lt, nb, ne, nl, nn, no, pl, pt, ro, ru, sr, st, sv, ta, tr, yi; "
                '"none" takes words as they are'
            ),
        ),
        ("language = 1", 'language: must be text; such as "en", or "none" to take words as they are'),
        ("feeds = [1]", "feeds.1: must be the address or the name of a feed; put it in quotes"),
    ],
)
def test_what_an_option_can_not_be(tell: Tell, option: str, told: str) -> None:
    assert tell(REST + option) == [f"config.toml:12: rules.1.{told}"]
