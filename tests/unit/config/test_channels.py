"""What a channel may say of when and how it is told, and the names that stand for several."""

from datetime import time, timedelta

import pytest

from monitor.model import Channel, Escalation, GroupBy, Grouping, Layout, MessageFormat, Secret, Window
from tests.unit.config.conftest import GAP, REST, Load, Tell

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ONCALL = '[[channels]]\nname = "oncall"\nurl = "console:"\n'
HOURS = 'must be hours such as "07:00-19:00" or "Mon-Fri 07:00-19:00"; days: Mon to Sun'
COMMON = (
    'must be one of "channel", "feed", "rule", "story", or a list of them; channel makes one group of all'
)
CRON = 'write minute, hour, day, month and weekday, such as "0 8 * * 1-5"'


def desk(options: str, before: str = "") -> str:
    """Return a file whose channel desk says `options` (from line 3 on) and stands beside another one."""
    first = f'{before}[[channels]]\nname = "desk"\n{options}\nurl = "console:"\n'
    return first + ONCALL + REST.partition('url = "console:"\n')[2]


def test_every_option_does_what_it_says(load: Load) -> None:
    channel, _ = load(
        desk("""
        quiet_hours = ["Mon 22:00-07:00"]
        max_per_hour = 30
        gap = "2s"
        group_wait = "10s"
        group_interval = "1m"
        group_by = ["rule", "story", "channel"]
        layout = "short"
        escalate_after = "15m"
        escalate_to = "oncall"
        """)
    ).channels
    assert channel == Channel(
        name="desk",
        url=Secret("console:"),
        format=MessageFormat.CONSOLE,
        gap=2 * SECOND,
        max_per_hour=30,
        quiet_hours=(Window(frozenset({0}), time(22), time(7)),),
        grouping=Grouping(wait=10 * SECOND, interval=MINUTE, by=frozenset({GroupBy.RULE, GroupBy.STORY})),
        layout=Layout.SHORT,
        escalation=Escalation(after=15 * MINUTE, to=("oncall",)),
    )


def test_a_digest_and_what_the_owner_hears(load: Load) -> None:
    monitor = """[monitor]
    owner = "oncall"
    heartbeat = "https://beat.example/${PING}"
    heartbeat_every = "30s"
    alive = "0 9 * * *"
    """
    settings = load(desk('digest = "0 8 * * 1-5"\ndigest_empty = true', monitor), PING="ping-word")
    assert (settings.channels[0].digest, settings.channels[0].digest_empty) == ("0 8 * * 1-5", True)
    assert (settings.owners, settings.alive, settings.heartbeat_every) == (
        ("oncall",),
        "0 9 * * *",
        30 * SECOND,
    )
    assert settings.heartbeat == Secret("https://beat.example/ping-word")
    assert {"ping-word", "https://beat.example/ping-word"} <= set(settings.secrets)
    assert settings.remarks() == ()


@pytest.mark.parametrize(
    ("written", "grouping"),
    [
        ('group_by = "rule"', Grouping(wait=30 * SECOND, interval=5 * MINUTE, by=frozenset({GroupBy.RULE}))),
        ('group_by = ["channel"]', Grouping(wait=30 * SECOND, interval=5 * MINUTE)),
        ('group_wait = "0s"', Grouping(wait=0 * SECOND, interval=5 * MINUTE)),
        ('group_interval = "1h"', Grouping(wait=30 * SECOND, interval=60 * MINUTE)),
        ("", None),
    ],
)
def test_any_group_key_gathers_alerts_of_a_channel_or_of_a_rule(
    load: Load, written: str, grouping: Grouping | None
) -> None:
    assert load(desk(written)).channels[0].grouping == grouping
    assert load(REST + written).rules[0].grouping == grouping


def test_each_recipient_of_a_url_is_a_channel_and_the_name_stands_for_all(load: Load) -> None:
    text = REST.replace("console:", "mailto:ann,bob") + 'suppresses = ["rain"]\n'
    rain = '[[rules]]\nname = "rain"\nquery = "rain"\nchannels = ["desk/bob", "desk"]\n'
    settings = load('[monitor]\nowner = "desk"\n' + text + rain)
    assert [(one.name, one.url.reveal(), one.gap) for one in settings.channels] == [
        ("desk/ann", "mailto:ann", GAP),
        ("desk/bob", "mailto:bob", GAP),
    ]
    assert [rule.channels for rule in settings.rules] == [("desk/ann", "desk/bob"), ("desk/bob", "desk/ann")]
    assert settings.owners == ("desk/ann", "desk/bob")
    assert settings.rules[0].suppresses == {"rain"}


def test_a_group_stands_for_its_channels_wherever_channels_are_named(load: Load) -> None:
    text = desk(
        'escalate_after = "15m"\nescalate_to = "team"',
        '[monitor]\nowner = "team"\nchannels = ["team", "desk"]\n[channel_groups]\nteam = ["desk", "oncall"]\n',
    )
    settings = load(text.replace('channels = ["desk"]\n', ""))
    assert settings.owners == settings.rules[0].channels == ("desk", "oncall")
    assert settings.channels[0].escalation == Escalation(after=15 * MINUTE, to=("oncall",))
    assert settings.channel_names["team"] == ("desk", "oncall")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ('quiet_hours = ["nights"]', f"quiet_hours: {HOURS}"),
        ("quiet_hours = []", "quiet_hours: names no hours; leave it out to alert at all hours"),
        (
            'quiet_hours = ["22:00-08:00", "Mon-Fri 08:00-22:00", "Sat,Sun 07:00-24:00"]',
            "quiet_hours: never end, so that nothing would be told; leave some hours",
        ),
        ("max_per_hour = 0", "max_per_hour: must be at least 1"),
        ("max_per_hour = 3601", "max_per_hour: must be at most 3600"),
        ('gap = "2h"', "gap: must be at most 1h"),
        ("digest = 8", 'digest: must be text; such as "0 8 * * 1-5"'),
        ("digest_empty = true", 'digest_empty: there is no digest; add digest = "0 8 * * *", or remove it'),
        ('group_by = "place"', f"group_by: {COMMON}"),
        ("group_by = []", f"group_by: {COMMON}"),
        ("group_by = [1]", f"group_by: {COMMON}"),
        ('layout = "long"', 'layout: must be "short" or "full"'),
        ('escalate_after = "15m"', 'escalate_after: tells nobody; add escalate_to = ["..."]'),
        ('escalate_to = "oncall"', """escalate_to: doesn't say when; add escalate_after = "15m\""""),
        (
            'escalate_after = "15m"\nescalate_to = []',
            "escalate_to: names nobody; name a channel, or remove it",
        ),
        (
            'escalate_after = "15m"\nescalate_to = ["desk"]',
            "escalate_to: names the channel itself; name another one",
        ),
        (
            'escalate_after = "15m"\nescalate_to = "onkall"',
            'escalate_to: no channel has this name; did you mean "oncall"? channels: "desk", "oncall"',
        ),
        (
            'escalate_after = "1s"\nescalate_to = "oncall"',
            "escalate_after: must be at least 1m",
        ),
    ],
)
def test_what_an_option_can_not_be(tell: Tell, option: str, told: str) -> None:
    (line,) = tell(desk(option))
    place, _, rest = line.partition(": ")
    assert place in ("config.toml:3", "config.toml:4")
    assert rest == f"channels.1.{told}"


@pytest.mark.parametrize("key", ["group_wait", "group_interval"])
def test_a_digest_needs_no_groups(tell: Tell, key: str) -> None:
    assert tell(desk(f'digest = "0 8 * * *"\n{key} = "1m"')) == [
        f"config.toml:4: channels.1.{key}: a digest gathers everything already; keep one of the two"
    ]


def test_a_time_that_is_none_is_told_with_what_to_write(tell: Tell) -> None:
    first, second = tell(desk('digest = "at eight"', '[monitor]\nowner = "desk"\nalive = "61 9 * * *"\n'))
    assert first.startswith("config.toml:3: monitor.alive: ")
    assert second.startswith("config.toml:6: channels.1.digest: ")
    assert f"; {CRON}" in first
    assert f"; {CRON}" in second


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ("team = []", "team: the group has no channels; add one, or remove the group"),
        (
            'team = ["desk", "onkall"]',
            'team.2: no channel has this name; did you mean "oncall"? channels: "desk", "oncall"',
        ),
        ('team = "all"\nall = ["desk"]', "team: is a group itself; write the names of its channels"),
        ('desk = ["oncall"]', "desk: the same name as the channel on line 4; give it another"),
        ("team = [1]", "team: must be text; put it in quotes"),
        ('" x" = ["desk"]', '" x": holds a line break, an invisible character or a space at an end'),
    ],
)
def test_what_a_group_can_not_be(tell: Tell, groups: str, told: str) -> None:
    assert tell(f"[channel_groups]\n{groups}\n{desk('')}")[0] == f"config.toml:2: channel_groups.{told}"


def test_a_recipient_does_not_share_its_name_with_a_channel(tell: Tell) -> None:
    (line,) = tell(REST.replace("console:", "mailto:ann,bob") + ONCALL.replace("oncall", "desk/bob"))
    assert line == "config.toml:13: channels.2.name: the same name as on line 3; give it another"


def test_who_is_told_of_trouble_by_digest_is_a_note(load: Load) -> None:
    text = desk('digest = "0 8 * * *"', '[monitor]\nowner = ["oncall", "desk"]\n').replace(
        '"oncall"\nurl = "console:"',
        '"oncall"\nurl = "console:"\nescalate_after = "1h"\nescalate_to = "desk"',
    )
    assert [str(remark) for remark in load(text).remarks()] == [
        "config.toml:2: monitor.owner: desk learns of trouble only with the next digest; name a channel without digest",
        "config.toml:11: channels.2.escalate_to: desk learns of trouble only with the next digest; name a channel without digest",
    ]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ('heartbeat = "beat.example"', "heartbeat: must be an http or https address"),
        ("heartbeat = 1", 'heartbeat: must be text; such as "${HEARTBEAT_URL}"'),
        ('heartbeat_every = "1s"', "heartbeat_every: must be at least 3s"),
        ('alive = "0 9 * * *"', 'alive: tells nobody; add owner = "...", the channel to tell'),
    ],
)
def test_what_the_monitor_can_not_be_told(tell: Tell, option: str, told: str) -> None:
    (line,) = tell(f"[monitor]\n{option}\n{REST}")
    assert line.startswith(f"config.toml:2: monitor.{told}")
    assert 'beat.example"' not in line


@pytest.mark.parametrize(
    ("suppresses", "told"),
    [
        ('["rian"]', ['suppresses.1: no rule has this name; did you mean "rain"? rules: "rain", "truce"']),
        ('["rain", "truce"]', ["suppresses.2: names the rule itself; remove it"]),
        ('"rain"', ['suppresses: must be a list; write suppresses = ["..."]']),
        ("[1]", ["suppresses.1: must be text; put it in quotes"]),
    ],
)
def test_a_rule_suppresses_others_by_name(tell: Tell, suppresses: str, told: list[str]) -> None:
    rain = '[[rules]]\nname = "rain"\nquery = "rain"\nchannels = ["desk"]\n'
    lines = tell(f"{REST}suppresses = {suppresses}\n{rain}")
    assert lines == [f"config.toml:12: rules.1.{one}" for one in told]


def test_rules_that_suppress_each_other_would_tell_nobody(tell: Tell) -> None:
    rules = "".join(
        f'[[rules]]\nname = "{name}"\nquery = "{name}"\nchannels = ["desk"]\nsuppresses = ["{other}"]\n'
        for name, other in (("rain", "snow"), ("snow", "hail"), ("hail", "rain"), ("wind", "rain"))
    )
    (line,) = tell(REST + rules)
    assert line == (
        "config.toml:16: rules.2.suppresses: the rules suppress each other in a circle: rain > snow > hail > rain; "
        "take one out, so that somebody is told"
    )
