"""What people paste into config.toml is read as it was meant."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from monitor.config import Settings, rule_toml
from monitor.model import (
    FullText,
    GroupBy,
    Grouping,
    OnChange,
    Priority,
    Rule,
    RuleTest,
    StoryMode,
    TextField,
    Window,
)
from tests.unit.config.conftest import Load

BEFORE = """
[[rules]]
name = "other"
query = "truce"
channels = ["desk"]
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "https://feeds.example/a"
tags = ["a", "b"]
[[feeds]]
url = "https://feeds.example/b"
tags = ["c"]
"""
WEEK = Window(frozenset(range(5)), time(7), time(19))
RULE = Rule(name="draft", query="truce", channels=("desk",))


def read(load: Load, rule: Rule) -> Rule:
    settings: Settings = load(BEFORE + rule_toml(rule))
    [_, read] = settings.rules
    return read


@pytest.mark.parametrize(
    "query",
    [
        '"peace talks" OR truce',
        r"/CVE-\d{4}-\d+/",
        'O\'Brien "peace"',
        "truce\nceasefire",
        "\"it's\" or '''truce'''",
        '"C:\\temp"',
        "${HOME} truce",
        "停火 перемирие",
        "a\x7fb",
        "a\tb",
    ],
)
def test_a_query_comes_back_as_it_was_written(load: Load, query: str) -> None:
    assert read(load, replace(RULE, query=query)).query == query


@pytest.mark.parametrize(
    "options",
    [
        {"tags": frozenset({"a"}), "not_tags": frozenset({"c"})},
        {
            "feeds": frozenset({"https://feeds.example/a"}),
            "not_feeds": frozenset({"https://feeds.example/b"}),
        },
        {"language": "de"},
        {"language": "none"},
        {"fields": frozenset({TextField.TITLE, TextField.AUTHOR})},
        {"priority": Priority.HIGH, "full_text": FullText.NEVER},
        {"story": StoryMode.UPDATES, "on_change": OnChange.NEVER},
        {"name": 'a "name" of ours'},
        {"suppresses": frozenset({"other"})},
        {"active": (Window(frozenset(range(7)), time(7), time(0)),)},
        {"active": (WEEK, Window(frozenset({5, 6, 0}), time(22, 30), time(6)))},
        {"not_before": datetime(2026, 12, 1, 7, 30, 15, 250, tzinfo=UTC)},
        {"max_age": timedelta(days=3_650)},
        {"max_age": timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5)},
        {"grouping": Grouping(wait=timedelta(0), interval=timedelta(hours=1))},
        {"grouping": Grouping(wait=timedelta(0), interval=timedelta(hours=1), by=frozenset(GroupBy))},
        {"tests": (RuleTest(title="A truce"), RuleTest(text='<b>"No\n${more}"</b>', match=False))},
    ],
)
def test_a_rule_comes_back_with_its_options(load: Load, options: dict[str, Any]) -> None:
    rule = replace(RULE, **options)
    assert read(load, rule) == rule


def test_a_rule_that_says_all_that_there_is_to_say_loses_nothing(load: Load) -> None:
    rule = Rule(
        name="all",
        query="ceasefire",
        channels=("desk",),
        feeds=frozenset({"https://feeds.example/a", "https://feeds.example/b"}),
        not_feeds=frozenset({"https://feeds.example/b"}),
        tags=frozenset({"a"}),
        not_tags=frozenset({"c"}),
        language="en",
        fields=frozenset({TextField.TITLE}),
        priority=Priority.LOW,
        not_before=datetime(2026, 12, 1, tzinfo=UTC),
        active=(WEEK,),
        max_age=timedelta(hours=36),
        full_text=FullText.ALWAYS,
        story=StoryMode.EVERY,
        on_change=OnChange.NEVER,
        grouping=Grouping(wait=timedelta(minutes=1), interval=timedelta(hours=1)),
        suppresses=frozenset({"other"}),
        tests=(RuleTest(title="Ceasefire"),),
    )
    usual = {field.name: field.default for field in fields(Rule)}
    assert [name for name, value in usual.items() if getattr(rule, name) == value] == []
    assert read(load, rule) == rule


def test_what_every_rule_does_is_not_written() -> None:
    assert rule_toml(RULE) == '[[rules]]\nname = "draft"\nquery = \'truce\'\nchannels = ["desk"]\n'
