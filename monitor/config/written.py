"""Feeds and rules as they are written in config.toml, for people to paste."""

import json
from collections.abc import Collection, Iterator
from itertools import chain

from monitor.config.opml import ListedFeed
from monitor.config.options import CHANNEL, write_window
from monitor.config.values import write_duration
from monitor.model import USUAL_FIELDS, FullText, OnChange, Priority, Rule, RuleTest, StoryMode, TextField


def feed_toml(feed: ListedFeed) -> str:
    """Return a [[feeds]] table. What looks like a reference in its texts is written so that it is none."""
    lines = ["[[feeds]]", f"url = {_quoted(feed.url)}"]
    if feed.name:
        lines.append(f"name = {_quoted(feed.name)}")
    if feed.tags:
        lines.append(f"tags = {_listed(feed.tags)}")
    return "\n".join(lines) + "\n"


def rule_toml(rule: Rule) -> str:
    """Return a [[rules]] table with its tests, and with what differs from a rule that says nothing."""
    lines = ["[[rules]]", f"name = {_quoted(rule.name)}", f"query = {_verbatim(rule.query)}"]
    lines += [f"{name} = {_listed(names)}" for name, names in _lists(rule).items() if names]
    if rule.language:
        lines.append(f"language = {_quoted(rule.language)}")
    for name, value, usual in (
        ("priority", rule.priority, Priority.NORMAL),
        ("full_text", rule.full_text, FullText.AUTO),
        ("story", rule.story, StoryMode.ONCE),
        ("on_change", rule.on_change, OnChange.MATCH),
    ):
        if value is not usual:
            lines.append(f"{name} = {_quoted(value)}")
    return "\n".join([*lines, *_times(rule), *chain.from_iterable(map(_test, rule.tests))]) + "\n"


def _times(rule: Rule) -> Iterator[str]:
    if rule.not_before:
        yield f"not_before = {rule.not_before.isoformat()}"
    if rule.active:
        yield f"active = {_listed([write_window(window) for window in rule.active])}"
    if rule.max_age:
        yield f"max_age = {_quoted(write_duration(rule.max_age))}"
    if rule.grouping:
        yield f"group_wait = {_quoted(write_duration(rule.grouping.wait))}"
        yield f"group_interval = {_quoted(write_duration(rule.grouping.interval))}"
        yield f"group_by = {_listed(sorted(rule.grouping.by) or [CHANNEL])}"


def _test(test: RuleTest) -> Iterator[str]:
    yield "[[rules.tests]]"
    for name, text in (("title", test.title), ("text", test.text)):
        if text:
            yield f"{name} = {_quoted(text)}"
    if not test.match:
        yield "match = false"


def _lists(rule: Rule) -> dict[str, Collection[str]]:
    fields = [field for field in TextField if field in rule.fields]
    return {
        "channels": rule.channels,
        "tags": sorted(rule.tags),
        "not_tags": sorted(rule.not_tags),
        "feeds": sorted(rule.feeds),
        "not_feeds": sorted(rule.not_feeds),
        "suppresses": sorted(rule.suppresses),
        "fields": fields if rule.fields != USUAL_FIELDS else (),
    }


def _listed(texts: Collection[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _verbatim(text: str) -> str:
    """Return a query as people write it, in single quotes, within which regular expressions are as they are."""
    return f"'{_unreferred(text)}'" if text.isprintable() and "'" not in text else _quoted(text)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, and it leaves one character as it is that TOML doesn't.
    return _unreferred(json.dumps(text, ensure_ascii=False)).replace("\x7f", "\\u007f")


def _unreferred(text: str) -> str:
    return text.replace("${", "$${")
