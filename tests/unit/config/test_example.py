"""The example runs as it is, shows every key and its default, and the schema describes it."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from monitor import config
from tests.unit.config.conftest import REST, Load

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "config.schema.json"
SECRETS = {"SLACK_URL": "slack://a/b/c", "MAIL_PASSWORD": "word", "PROXY_PASSWORD": "word"}
SECRETS |= {"FEED_KEY": "word", "FEED_PASSWORD": "word", "HEARTBEAT_URL": "https://beat.example/word"}
TOP_KEYS = {"include", "opml"}
LISTED = {"channels", "feeds", "rules", "rule_tests"}
SCHEMA_ADVICE = "write it anew with: news-monitor schema > docs/config.schema.json"


def uncommented() -> str:
    """Return the example with its commented tables and keys (no space after the #) in force."""
    return re.sub(r"(?m)^#(?=[\[a-z])", "", config.example()).replace("mailtos:", "mailto:")


def tables(tree: dict[str, Any]) -> dict[str, set[str]]:
    """Return the keys of each table, those of all elements of a list of tables together."""
    shown = {name: table for name, table in tree.items() if name not in TOP_KEYS}
    shown["rule_tests"] = [test for rule in tree["rules"] for test in rule.get("tests", [])]
    return {
        name: set().union(*table) if isinstance(table, list) else set(table) for name, table in shown.items()
    }


def test_the_example_of_the_package_is_the_one_of_the_repository() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == config.example()


def test_the_example_runs_without_any_environment(load: Load) -> None:
    settings = load(config.example())
    assert [channel.url.reveal() for channel in settings.channels] == ["console:"]
    assert len(settings.feeds) >= 12
    assert all(feed.tags for feed in settings.feeds)
    assert "Ukraine ceasefire" in [rule.name for rule in settings.rules]


def test_slack_and_mail_wait_to_be_uncommented(load: Load, tmp_path: Path) -> None:
    (tmp_path / "subscriptions.opml").write_text('<opml><outline xmlUrl="https://a.example/"/></opml>')
    settings = load(uncommented(), **SECRETS)
    assert [channel.name for channel in settings.channels] == ["console", "slack", "mail"]


def test_every_key_is_in_the_example() -> None:
    definitions = cast("dict[str, Any]", config.json_schema()["$defs"])
    shown = tables(tomllib.loads(uncommented()))
    assert (shown.pop("groups"), shown.pop("channel_groups")) == ({"weapons"}, {"team"})
    for name, keys in shown.items():
        title = name.removesuffix("s") if name in LISTED else name
        assert keys == set(definitions[f"{title.title().replace('_', '')}Table"]["properties"]), name
    assert len(shown) == len(definitions)
    top = TOP_KEYS | {"groups", "channel_groups"} | shown.keys() - {"rule_tests"}
    assert top == config.json_schema()["properties"].keys()  # type: ignore[attr-defined]  # JSON


def test_the_commented_keys_show_the_defaults() -> None:
    definitions = cast("dict[str, Any]", config.json_schema()["$defs"])
    in_force = tomllib.loads(config.example())
    written = tomllib.loads(uncommented()).items()
    for table, shown in ((name, table) for name, table in written if name not in TOP_KEYS):
        for key in set(shown) - set(in_force[table]) if table in in_force and isinstance(shown, dict) else ():
            default = definitions[f"{table.capitalize()}Table"]["properties"][key].get("default", shown[key])
            assert shown[key] == default, f"{table}.{key}"


def test_the_defaults_of_the_schema_are_those_in_force(load: Load) -> None:
    definitions = cast("dict[str, Any]", config.json_schema()["$defs"])
    text = ""
    for table in ("Monitor", "Fetch", "Parse", "Delivery", "Keep"):
        text += f"[{table.lower()}]\n"
        for key, value in definitions[f"{table}Table"]["properties"].items():
            text += f"{key} = {json.dumps(value['default'])}\n" if "default" in value else ""
    assert load(text + REST) == load(REST)


def test_the_schema_in_the_docs_is_the_one_of_the_program() -> None:
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(config.json_schema())), SCHEMA_ADVICE


def test_the_schema_accepts_what_the_program_accepts() -> None:
    schema = config.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(config.example()), schema)
    jsonschema.validate(tomllib.loads(uncommented()), schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('first_poll = "24h"', 'first_poll = "soon"'),
        ('first_poll = "24h"', "first_pol = 1"),
        ("[parse]", "[parser]"),
        ("[parse]", "[parse]\nworkers = 0"),
        ('name = "console"', ""),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(old: str, new: str) -> None:
    assert old in config.example()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(config.example().replace(old, new, 1)), config.json_schema())


def test_the_schema_leaves_references_alone() -> None:
    text = config.example().replace('first_poll = "24h"', 'first_poll = "${FIRST}"\npoll_every = "${EVERY}"')
    jsonschema.validate(tomllib.loads(text), config.json_schema())
