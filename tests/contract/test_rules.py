"""What any store remembers of rules: what each of them was, and when."""

import asyncio
from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta

from monitor.model import (
    FullText,
    GroupBy,
    Grouping,
    OnChange,
    Priority,
    Rule,
    RuleTest,
    RuleVersion,
    StoryMode,
    TextField,
    Window,
)
from monitor.store import Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR

STORMS = Rule(name="storms", query="storm", channels=("desk",))
FULL = Rule(
    name="full",
    query='"Peace" @weapons -@none OR über',
    channels=("desk", "mail"),
    feeds=frozenset({"https://a.example/", "B"}),
    not_feeds=frozenset({"C"}),
    tags=frozenset({"world", "news"}),
    not_tags=frozenset({"sport"}),
    language="de",
    fields=frozenset({TextField.TITLE, TextField.SITE}),
    priority=Priority.HIGH,
    not_before=datetime(2026, 11, 1, 8, tzinfo=UTC),
    active=(Window(frozenset({0, 4}), time(22), time(6, 30)),),
    max_age=timedelta(hours=36),
    full_text=FullText.NEVER,
    story=StoryMode.UPDATES,
    on_change=OnChange.NEVER,
    grouping=Grouping(wait=timedelta(0), interval=HOUR, by=frozenset({GroupBy.STORY, GroupBy.FEED})),
    suppresses=frozenset({"storms", "rain"}),
    tests=(RuleTest(text="a"),),
)
GROUPS = {"weapons": ["rifle", "@heavy"], "heavy": ["tank", '"field gun"'], "fruit": ["apple"]}


async def at(database: Database, name: str, hours: float) -> RuleVersion | None:
    with open_to_read(database.url, "db") as reader:
        return reader.rule(name, NOON + hours * HOUR)


async def query_at(database: Database, hours: float) -> str | None:
    version = await at(database, "storms", hours)
    return version.rule.query if version else None


async def test_a_rule_is_known_as_it_was_at_any_time(store: Store, database: Database) -> None:
    await store.sync_rules([STORMS], NOON)
    await store.sync_rules([replace(STORMS, query="hurricane")], NOON + 2 * HOUR)
    await store.sync_rules([], NOON + 4 * HOUR)
    await store.sync_rules([STORMS], NOON + 6 * HOUR)
    found = [await query_at(database, hours) for hours in (-1, 0, 1.9, 2, 3.9, 4, 5.9, 6, 100)]
    assert found == [None, "storm", "storm", "hurricane", "hurricane", None, None, "storm", "storm"]
    assert await at(database, "floods", 1) is None


async def test_all_that_decides_in_a_rule_comes_back_with_the_groups_it_names(
    store: Store, database: Database
) -> None:
    usual = Rule(name="", query="", channels=())
    same = [field.name for field in fields(Rule) if getattr(FULL, field.name) == getattr(usual, field.name)]
    assert same == []  # an option that is added belongs into this test
    await store.sync_rules([FULL], NOON, GROUPS)
    assert await at(database, "full", 1) == RuleVersion(
        rule=replace(FULL, tests=()),
        groups={"weapons": ("rifle", "@heavy"), "heavy": ("tank", '"field gun"')},
        since=NOON,
        until=None,
    )


async def test_a_rule_that_is_as_before_keeps_its_version(store: Store, database: Database) -> None:
    await store.sync_rules([STORMS, FULL], NOON, GROUPS)
    before = database.rows("SELECT * FROM rule_version ORDER BY id")
    untested = replace(FULL, tests=(), tags=frozenset(["news", "world"]))
    await store.sync_rules([untested, STORMS], NOON + HOUR, {**GROUPS, "fruit": ["pear"]})
    assert database.rows("SELECT * FROM rule_version ORDER BY id") == before


async def test_a_group_that_changes_changes_the_rules_that_name_it(store: Store, database: Database) -> None:
    await store.sync_rules([STORMS, FULL], NOON, GROUPS)
    await store.sync_rules([STORMS, FULL], NOON + HOUR, {**GROUPS, "heavy": ["tank"]})
    versions = [await at(database, name, 2) for name in ("storms", "full")]
    assert [version.since for version in versions if version] == [NOON, NOON + HOUR]


async def test_daemons_that_start_at_once_make_one_version(store: Store, database: Database) -> None:
    others = [await Store.open(database.url, label="db", exclusive=False) for _ in range(3)]
    stores = [store, *others]
    await asyncio.gather(*[one.sync_rules([STORMS, FULL], NOON, GROUPS) for one in stores])
    changed = replace(STORMS, channels=("mail",))
    await asyncio.gather(*[one.sync_rules([changed, FULL], NOON + HOUR, GROUPS) for one in stores])
    await asyncio.gather(*[one.close() for one in others])
    assert database.rows("SELECT name, count(*) FROM rule_version GROUP BY name ORDER BY name") == [
        ("full", 1),
        ("storms", 2),
    ]
