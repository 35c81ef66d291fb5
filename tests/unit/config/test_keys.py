"""Keys that are unknown, missing or of the wrong type."""

import pytest

from tests.unit.config.conftest import REST, Tell


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[monitor]\npol_every = 1",
            (
                'config.toml:2: monitor.pol_every: unknown key; did you mean "poll_every"? '
                "keys of [monitor]: database, poll_every, adaptive, first_poll, contact, owner, channels, timezone, heartbeat, heartbeat_every, alive"
            ),
        ),
        (
            "[parse]\nxyz = 1",
            "config.toml:2: parse.xyz: unknown key; keys of [parse]: timeout, workers",
        ),
        (
            "\n[fetcher]\na = 1",
            (
                "config.toml:2: fetcher: unknown table or key; did you mean [fetch]? tables: [monitor], [fetch], "
                "[parse], [delivery], [keep], [web], [groups], [channel_groups], [[channels]], [[feeds]], [[rules]], [[rules.tests]]"
            ),
        ),
        (
            "[[channel]]\nname = 1",
            (
                "config.toml:1: channel: unknown table or key; did you mean [[channels]]? tables: [monitor], "
                "[fetch], [parse], [delivery], [keep], [web], [groups], [channel_groups], [[channels]], [[feeds]], [[rules]], [[rules.tests]]"
            ),
        ),
        (
            'first_poll = "alert"',
            "config.toml:1: first_poll: stands outside of any table; move it under [monitor] or [[feeds]]",
        ),
        (
            '[parse]\n"a b\\u001b[31m" = 1',
            'config.toml:2: parse."a b\\u001b[31m": unknown key; keys of [parse]: timeout, workers',
        ),
        (
            "monitor.a.b = 1",
            (
                "config.toml:1: monitor.a: unknown key; "
                "keys of [monitor]: database, poll_every, adaptive, first_poll, contact, owner, channels, timezone, heartbeat, heartbeat_every, alive"
            ),
        ),
        ("monitor = 3", "config.toml:1: monitor: must be a table; write [monitor]"),
        ("[[monitor]]", "config.toml:1: monitor: must be a table; write [monitor]"),
        (
            "[parse]\nworkers = '2'",
            "config.toml:2: parse.workers: must be a whole number; write it without quotes",
        ),
        (
            "[parse]\nworkers = 2.0",
            "config.toml:2: parse.workers: must be a whole number; write it without quotes",
        ),
        (
            "[parse]\nworkers = true",
            "config.toml:2: parse.workers: must be a whole number; write it without quotes",
        ),
        ("[parse]\nworkers = 0", "config.toml:2: parse.workers: must be at least 1"),
        ("[parse]\nworkers = 65", "config.toml:2: parse.workers: must be at most 64"),
        ("[fetch]\nper_host = 0", "config.toml:2: fetch.per_host: must be at least 1"),
        ("[fetch]\nconcurrency = 501", "config.toml:2: fetch.concurrency: must be at most 500"),
        ("[fetch]\nmax_redirects = -1", "config.toml:2: fetch.max_redirects: must be at least 0"),
        ("[delivery]\nmax_attempts = 0", "config.toml:2: delivery.max_attempts: must be at least 1"),
        (
            '[fetch]\nallow_networks = "10.0.0.0/8"',
            'config.toml:2: fetch.allow_networks: must be a list; write allow_networks = ["..."]',
        ),
        (
            "[monitor]\ndatabase = 5",
            'config.toml:2: monitor.database: must be text; such as "sqlite:///news-monitor.db"',
        ),
        (
            "[fetch]\nproxy = 5",
            'config.toml:2: fetch.proxy: must be text; such as "http://proxy.example:3128"',
        ),
    ],
)
def test_a_wrong_key_of_a_single_table(tell: Tell, text: str, line: str) -> None:
    assert tell(text + REST) == [line]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ('name = "desk"\n', "", ['config.toml:2: channels.1.name: is missing; add name = "..."']),
        (
            'url = "console:"',
            "url = 1",
            ['config.toml:4: channels.1.url: must be text; such as "console:" or "${SLACK_URL}"'],
        ),
        ('url = "console:"', 'url = ""', ["config.toml:4: channels.1.url: is empty"]),
        (
            'url = "https://example.org/feed.xml"\n',
            "",
            ['config.toml:5: feeds.1.url: is missing; add url = "..."'],
        ),
        (
            'url = "https://example.org/feed.xml"',
            "url = 1",
            ['config.toml:6: feeds.1.url: must be text; such as "https://example.org/feed.xml"'],
        ),
        (
            'tags = ["world"]',
            'tags = "world"',
            ['config.toml:7: feeds.1.tags: must be a list; write tags = ["..."]'],
        ),
        (
            'tags = ["world"]',
            'tags = ["a", 2]',
            ["config.toml:7: feeds.1.tags.2: must be text; put it in quotes"],
        ),
        (
            'tags = ["world"]',
            'tags = [\n  "world",\n  " x",\n]',
            [
                "config.toml:9: feeds.1.tags.2: holds a line break, an invisible character or a space at an end",
            ],
        ),
        (
            'name = "truce"',
            'name = "truce\\u202e!"',
            ["config.toml:9: rules.1.name: holds a line break, an invisible character or a space at an end"],
        ),
        ('name = "truce"', 'name = ""', ["config.toml:9: rules.1.name: is empty"]),
        (
            'name = "truce"',
            f'name = "{"a" * 101}"',
            ["config.toml:9: rules.1.name: is longer than 100 characters"],
        ),
        (
            'query = "Ukraine ceasefire"',
            "query = 1",
            [
                """config.toml:10: rules.1.query: must be text; put it in quotes, as in '"peace talks" Geneva'"""
            ],
        ),
        (
            'channels = ["desk"]',
            'channels = "desk"',
            ['config.toml:11: rules.1.channels: must be a list; write channels = ["..."]'],
        ),
        (
            'channels = ["desk"]',
            "",
            [
                'config.toml:8: rules.1.channels: is missing; add channels = ["..."], here or for all rules under [monitor]'
            ],
        ),
        (
            'query = "Ukraine ceasefire"',
            'query = "Ukraine ceasefire"\nfull_text = "sometimes"',
            ['config.toml:11: rules.1.full_text: must be "never", "auto" or "always"'],
        ),
        (
            'query = "Ukraine ceasefire"',
            'query = "Ukraine ceasefire"\nwhole_text = "auto"',
            [
                (
                    'config.toml:11: rules.1.whole_text: unknown key; did you mean "full_text"? '
                    "keys of [[rules]]: name, query, channels, tags, not_tags, feeds, not_feeds, language, fields, "
                    "priority, not_before, active, max_age, full_text, story, on_change, group_wait, group_interval, group_by, suppresses, tests"
                ),
            ],
        ),
        (
            "[[rules]]",
            "[rules]",
            ["config.toml:8: rules: must be a list of tables; write [[rules]], with two brackets"],
        ),
    ],
)
def test_a_wrong_key_of_a_listed_table(tell: Tell, old: str, new: str, lines: list[str]) -> None:
    assert old in REST
    assert tell(REST.replace(old, new)) == lines


def test_elements_of_a_list_of_tables_have_to_be_tables(tell: Tell) -> None:
    assert tell('feeds = [\n  "https://example.org/"\n]' + REST.replace("[[feeds]]", "[[xyz]]"))[:2] == [
        "config.toml:2: feeds.1: must be a table; write [[feeds]]",
        (
            "config.toml:7: xyz: unknown table or key; tables: [monitor], [fetch], [parse], [delivery], "
            "[keep], [web], [groups], [channel_groups], [[channels]], [[feeds]], [[rules]], [[rules.tests]]"
        ),
    ]


def test_an_empty_file_lacks_everything(tell: Tell) -> None:
    assert tell("") == [
        'config.toml: there are no channels; add [[channels]] with name = "console" and url = "console:"',
        'config.toml: there are no feeds; add [[feeds]] with url = "https://..."',
        "config.toml: there are no rules; add [[rules]] with name, query and channels",
    ]
    assert tell("feeds = []\nrules = []\nchannels = []") == tell("")


def test_all_mistakes_are_told_at_once_in_file_order(tell: Tell) -> None:
    text = """
[[rules]]
name = "truce"
query = "(Ukraine"
channels = ["dsk"]
[[feeds]]
url = "ftp://example.org/"
poll_evry = "15m"
[monitor]
timezone = "Berlin"
database = "${DB}"
[[channels]]
name = "desk"
url = "nonsense:"
"""
    assert tell(text) == [
        (
            "config.toml:4: rules.1.query: column 1 of the query: the parenthesis is never closed; "
            "write ) where the group ends"
        ),
        'config.toml:5: rules.1.channels.1: no channel has this name; did you mean "desk"? channels: "desk"',
        'config.toml:7: feeds.1.url: must be an http or https address; such as "https://example.org/feed.xml"',
        (
            'config.toml:8: feeds.1.poll_evry: unknown key; did you mean "poll_every"? '
            "keys of [[feeds]]: url, name, tags, poll_every, first_poll, enabled, headers, auth, proxy, "
            "user_agent, language, encoding, full_text"
        ),
        'config.toml:10: monitor.timezone: is not a time zone; did you mean "Europe/Berlin"?',
        "config.toml:11: monitor.database: the environment variable DB is not set; set it before the start",
        "config.toml:14: channels.1.url: no service is called that",
    ]


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ('[[rules]]\nname = "a"\nquery = "b"\nchanels = ["desk"]', "chanels", "channels"),
        ('[[rules]]\nname = "a"\nqery = "b"\nchannels = ["desk"]', "qery", "query"),
        ('[[feeds]]\nurll = "https://a.example/"', "urll", "url"),
    ],
)
def test_a_misspelt_key_that_must_be_there_is_one_mistake(
    tell: Tell, text: str, key: str, meant: str
) -> None:
    (told,) = tell(text + REST)
    assert f'{key}: unknown key; did you mean "{meant}"?' in told
