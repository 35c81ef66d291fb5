"""What a new configuration changes."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from monitor.app.changes import KEYS, compare, in_words, without_restart
from monitor.app.settings import load_settings
from monitor.config import Settings
from monitor.model import Changes, Difference

TEXT = """\
[monitor]
[fetch]
[parse]
[delivery]
[keep]
[web]
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "https://one.example/rss"
[[feeds]]
url = "https://two.example/rss"
[[rules]]
name = "storms"
query = "storm"
channels = ["desk"]
"""
# Those of feeds, rules and channels stand for themselves, and the rest is of no account while it runs.
TOLD_OTHERWISE = {"feeds", "rules", "channels", "channel_names", "fetch", "retry", "keep", "web", "database"}
NOT_TOLD = {"path", "database_label", "database_file", "remarks", "secrets", "files"}

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(*edits: tuple[str, str], more: str = "") -> Settings:
        text = TEXT
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "config.toml"
        path.write_text(text + more)
        return load_settings(path, {})

    return read


def test_the_same_file_read_twice_changes_nothing(read: Read) -> None:
    assert not compare(read(), read())
    assert in_words(compare(read(), read())) == {}


def test_feeds_are_known_by_address_rules_and_channels_by_name(read: Read) -> None:
    new = read(
        ("https://one.example/rss", "https://three.example/rss"),
        ('"https://two.example/rss"', '"https://two.example/rss"\ntags = ["world"]'),
        ('query = "storm"', 'query = "storm OR gale"'),
        ('url = "console:"', 'url = "console:"\nlayout = "short"'),
        more='[[rules]]\nname = "quakes"\nquery = "earthquake"\nchannels = ["mail"]\n'
        '[[channels]]\nname = "mail"\nurl = "console:"\n',
    )

    assert compare(read(), new) == Changes(
        feeds=Difference(
            added=("https://three.example/rss",),
            removed=("https://one.example/rss",),
            edited=("https://two.example/rss",),
        ),
        rules=Difference(added=("quakes",), edited=("storms",)),
        channels=Difference(added=("mail",), edited=("desk",)),
    )


def test_what_all_feeds_take_from_one_key_is_a_change_of_each(read: Read) -> None:
    changes = compare(read(), read(("[monitor]", '[monitor]\npoll_every = "1h"')))

    assert changes == Changes(feeds=Difference(edited=("https://one.example/rss", "https://two.example/rss")))


@pytest.mark.parametrize(
    ("table", "line", "key"),
    [
        ("monitor", 'timezone = "Europe/Berlin"', "monitor.timezone"),
        ("monitor", 'owner = "desk"', "monitor.owner"),
        ("monitor", 'heartbeat = "https://beat.example/1"', "monitor.heartbeat"),
        ("monitor", 'contact = "https://example.org"', "monitor.contact"),
        ("fetch", "concurrency = 7", "fetch.concurrency"),
        ("fetch", "per_host = 2", "fetch.per_host"),
        ("fetch", 'timeout = "7s"', "fetch.timeout"),
        ("fetch", "max_body = 100_000", "fetch.max_body"),
        ("fetch", "max_redirects = 2", "fetch.max_redirects"),
        ("fetch", 'allow_networks = ["10.0.0.0/8"]', "fetch.allow_networks"),
        ("fetch", 'proxy = "http://proxy.example:3128"', "fetch.proxy"),
        ("parse", 'timeout = "7s"', "parse.timeout"),
        ("parse", "workers = 9", "parse.workers"),
        ("delivery", 'retry_first = "3s"', "delivery.retry_first"),
        ("delivery", 'retry_longest = "2h"', "delivery.retry_longest"),
        ("delivery", "max_attempts = 3", "delivery.max_attempts"),
        ("delivery", 'max_age = "2d"', "delivery.max_age"),
        ("keep", 'entries = "200d"', "keep.entries"),
        ("keep", 'alerts = "forever"', "keep.alerts"),
        ("keep", 'attempts = "20d"', "keep.attempts"),
        ("keep", 'texts = "20d"', "keep.texts"),
        ("keep", 'revisions = "20d"', "keep.revisions"),
        ("keep", 'polls = "20d"', "keep.polls"),
        ("keep", 'seen = "500d"', "keep.seen"),
        ("web", 'listen = "127.0.0.1:8080"', "web.listen"),
        ("web", 'listen = "off"', "web.listen"),
        ("web", 'auth = { bearer = "a-token-of-the-desk" }', "web.auth"),
        ("web", 'url = "https://news.example"', "web.url"),
    ],
)
def test_every_other_key_is_told_as_it_is_written(read: Read, table: str, line: str, key: str) -> None:
    changes = compare(read(), read((f"[{table}]", f"[{table}]\n{line}")))

    assert changes == Changes(other=(key,))


def test_groups_of_terms_and_of_channels_are_told(read: Read) -> None:
    groups = read(more='[groups]\nwind = ["storm"]\n[channel_groups]\nall = ["desk"]\n')

    assert compare(read(), groups).other == ("groups", "channel_groups")


def test_another_database_needs_a_restart_and_the_present_one_stays(read: Read) -> None:
    old, new = read(), read(("[monitor]", '[monitor]\ndatabase = "sqlite:///other.db"\nowner = "desk"'))
    kept = without_restart(old, new)

    assert compare(old, new) == Changes(other=("monitor.owner",), needs_restart=("monitor.database",))
    assert (kept.database, kept.database_file, kept.owners) == (old.database, old.database_file, ("desk",))


def test_no_part_of_the_settings_is_forgotten() -> None:
    names = {field.name for field in fields(Settings)}

    assert names == {*KEYS, *TOLD_OTHERWISE, *NOT_TOLD}


def test_a_long_list_is_told_in_one_line() -> None:
    many = Changes(feeds=Difference(added=tuple(f"f{n}" for n in range(1_200)), removed=("old",)))

    assert in_words(many) == {
        "feeds": "1,200 added (f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, ...); 1 removed (old)"
    }
