"""The reference in docs/ says what the program has: each key, each command and each of their options."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.config import json_schema
from tests.support import reference


@pytest.mark.parametrize(
    ("page", "made"),
    [
        (reference.CONFIGURATION, reference.configuration),
        (reference.COMMANDS, reference.commands),
    ],
    ids=["configuration", "commands"],
)
def test_the_reference_is_as_the_program_is(page: Path, made: reference.Making) -> None:
    assert page.read_text(encoding="utf-8") == made(), "make it anew: python -m tests.support.reference"


def keys(schema: Any) -> Iterator[str]:
    """Yield the names of all keys that a schema describes, however deep."""
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties
        for part in (*properties.values(), *(part for name, part in schema.items() if name != "properties")):
            yield from keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


def test_each_key_of_the_configuration_stands_in_it() -> None:
    text = reference.CONFIGURATION.read_text(encoding="utf-8")
    known = set(keys(json_schema()))
    assert {"listen", "retry_first", "not_before", "texts"} < known
    forms = ("| `{}` |", "[{}]", ".{}]", "{{ {} = ")  # in a table, as one, and within a value
    assert sorted(key for key in known if not any(form.format(key) in text for form in forms)) == []


def test_each_command_stands_in_it() -> None:
    text = reference.COMMANDS.read_text(encoding="utf-8")
    names = reference.command_names()
    assert {"run", "rules list", "db export"} < set(names)
    assert [name for name in names if f"\n## news-monitor {name}\n" not in text] == []
