"""What people paste into config.toml is read as it was meant."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.config import Settings, rule_toml
from monitor.model import FullText, OnChange, Priority, Rule, StoryMode, TextField
from tests.unit.config.conftest import Load

BEFORE = """
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
RULE = Rule(name="draft", query="truce", channels=("desk",))


def read(load: Load, rule: Rule) -> Rule:
    settings: Settings = load(BEFORE + rule_toml(rule))
    [read] = settings.rules
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
    ],
)
def test_a_rule_comes_back_with_its_options(load: Load, options: dict[str, Any]) -> None:
    rule = replace(RULE, **options)
    assert read(load, rule) == rule


def test_what_every_rule_does_is_not_written() -> None:
    assert rule_toml(RULE) == '[[rules]]\nname = "draft"\nquery = \'truce\'\nchannels = ["desk"]\n'
