"""Mistakes that only show when tables are seen together."""

import pytest

from tests.unit.config.conftest import REST, Load, Tell

FAST = "must be at least 1m; only feeds at an address in [fetch] allow_networks may be polled more often"


def test_a_name_given_twice(tell: Tell) -> None:
    channel = '[[channels]]\nname = "desk"\nurl = "slack:"\n'
    rule = '[[rules]]\nname = "truce"\nquery = "truce"\nchannels = ["desk"]\n'
    assert tell(REST + channel + channel + rule) == [
        "config.toml:13: channels.2.name: the same name as on line 3; give it another",
        "config.toml:16: channels.3.name: the same name as on line 3; give it another",
        "config.toml:19: rules.2.name: the same name as on line 9; give it another",
    ]


@pytest.mark.parametrize(
    "again",
    [
        "https://example.org/feed.xml",
        "https://EXAMPLE.org:443/feed.xml#top",
        "${AGAIN}",
    ],
)
def test_a_feed_given_twice(tell: Tell, again: str) -> None:
    assert tell(f'{REST}[[feeds]]\nurl = "{again}"', AGAIN="https://example.org/feed.xml") == [
        "config.toml:13: feeds.2.url: the same feed as on line 6; keep one, with the tags of both"
    ]


@pytest.mark.parametrize(
    "other",
    ["http://example.org/feed.xml", "https://example.org/feed.xml?a=1", "https://u:p@example.org/feed.xml"],
)
def test_feeds_that_differ(load: Load, other: str) -> None:
    assert len(load(f'{REST}[[feeds]]\nurl = "{other}"').feeds) == 2


def test_feeds_that_differ_by_password_only_could_not_be_told_apart(tell: Tell) -> None:
    feeds = '[[feeds]]\nurl = "https://u:one@a.org/"\n[[feeds]]\nurl = "https://u:two@a.org/"\n'
    assert tell(REST + feeds) == [
        "config.toml:15: feeds.3.url: the same feed as on line 13; keep one, with the tags of both"
    ]


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        ("[]", ['config.toml:11: rules.1.channels: the rule tells nobody; name one of "desk"']),
        (
            '["desk", "Dsk"]',
            [
                'config.toml:11: rules.1.channels.2: no channel has this name; did you mean "desk"? channels: "desk"',
            ],
        ),
        ('["slack"]', ['config.toml:11: rules.1.channels.1: no channel has this name; channels: "desk"']),
    ],
)
def test_the_channels_of_a_rule(tell: Tell, channels: str, told: list[str]) -> None:
    assert tell(REST.replace('["desk"]', channels)) == told


def test_a_tag_that_no_feed_has_could_never_match(tell: Tell) -> None:
    assert tell(REST + 'tags = ["wrold", "world", "x"]') == [
        'config.toml:12: rules.1.tags.1: no feed has this tag; did you mean "world"? tags: "world"',
        'config.toml:12: rules.1.tags.3: no feed has this tag; tags: "world"',
    ]


def test_a_refused_channel_is_told_in_the_words_of_the_notifier(tell: Tell) -> None:
    assert tell(REST.replace("console:", "nonsense://x")) == [
        "config.toml:4: channels.1.url: no service is called that"
    ]


def test_a_feed_of_the_public_is_not_polled_every_second(tell: Tell) -> None:
    assert tell(REST.replace("tags =", 'poll_every = "59s"\ntags =')) == [
        f"config.toml:7: feeds.1.poll_every: {FAST}"
    ]
    shared = '[monitor]\npoll_every = "59s"\n'
    assert tell(shared + REST + '[[feeds]]\nurl = "https://b.example/"') == [
        f"config.toml:2: monitor.poll_every: {FAST}"
    ]


@pytest.mark.parametrize(
    ("host", "networks"),
    [
        ("127.0.0.1:8000", '["127.0.0.0/8"]'),
        ("localhost:8000", '["127.0.0.0/8"]'),
        ("LOCALHOST", '["::1"]'),
        ("[fd00::1]", '["10.0.0.0/8", "fd00::/8"]'),
    ],
)
def test_a_feed_of_our_own_may_be_polled_every_second(
    load: Load, tell: Tell, host: str, networks: str
) -> None:
    text = REST.replace("https://example.org", f"http://{host}").replace(
        "tags =", 'poll_every = "1s"\ntags ='
    )
    assert load(f"[fetch]\nallow_networks = {networks}\n" + text).feeds[0].poll_every.total_seconds() == 1
    assert tell('[fetch]\nallow_networks = ["10.0.0.0/8"]\n' + text) == [
        f"config.toml:9: feeds.1.poll_every: {FAST}"
    ]


def test_a_fast_default_is_for_feeds_of_our_own(load: Load) -> None:
    text = REST.replace("tags =", 'poll_every = "1m"\ntags =') + '[[feeds]]\nurl = "http://127.0.0.1/"\n'
    monitor = '[monitor]\npoll_every = "1s"\n[fetch]\nallow_networks = ["127.0.0.1"]\n'
    assert [feed.poll_every.total_seconds() for feed in load(monitor + text).feeds] == [60, 1]


@pytest.mark.parametrize(
    ("delivery", "line"),
    [('retry_first = "2h"', "retry_first"), ('retry_longest = "1s"', "retry_longest")],
)
def test_waits_between_tries_grow(tell: Tell, delivery: str, line: str) -> None:
    assert tell(f"[delivery]\n{delivery}" + REST) == [
        f"config.toml:2: delivery.{line}: retry_longest is shorter than retry_first; make it longer"
    ]
