"""From pydantic's findings to ours: the same place, words for people, never the value."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.findings import MISSING, Finding, Loc, Mistake, did_you_mean
from monitor.config.schema import (
    FREE_TABLES,
    LISTED_TABLES,
    NESTED_TABLES,
    SINGLE_TABLES,
    TOP_KEYS,
    ConfigFile,
)

_TABLES = {**SINGLE_TABLES, **LISTED_TABLES, **NESTED_TABLES}
_NAMES = (*SINGLE_TABLES, *FREE_TABLES, *LISTED_TABLES, *NESTED_TABLES)
_UNKNOWN_KEY = "unknown key"
_EXAMPLES = {
    "url": 'add url = "..."',
    "name": 'add name = "..."',
    "query": 'add query = "..."',
}


def validate(tree: Mapping[str, object]) -> tuple[ConfigFile | None, list[Finding]]:
    """Return the file as a model, or None and what is wrong with its shape and its single values."""
    try:
        return ConfigFile.model_validate(tree), []
    except ValidationError as error:
        return None, [_finding(detail) for detail in error.errors(include_url=False, include_input=False)]


def probably_meant(finding: Finding) -> Loc | None:
    """Return where the key belongs that was meant by an unknown one, if it is like one that there is."""
    *table, key = finding.where or ("",)
    if finding.what != _UNKNOWN_KEY:
        return None
    near = did_you_mean(str(key), _keys(_name(tuple(table))))
    return (*table, near) if near else None


def _finding(detail: ErrorDetails) -> Finding:
    where, context = detail["loc"], detail.get("ctx", {})
    if where[-1:] == ("[key]",):  # pydantic's way to say that it means the key, not the value
        where = where[:-1]
    worded = _WORDINGS.get(detail["type"])
    what, advice = worded(where, context) if worded else (detail["msg"], "")
    return Finding(where, what, advice)


def _own(_: Loc, context: dict[str, Any]) -> tuple[str, str]:
    mistake = context["error"]
    assert isinstance(mistake, Mistake)  # noqa: S101 - the readers in values.py raise nothing else
    return mistake.what, mistake.advice


def _missing(where: Loc, _: object) -> tuple[str, str]:
    return MISSING, _EXAMPLES[str(where[-1])]


def _unknown(where: Loc, _: object) -> tuple[str, str]:
    if len(where) == 1:
        return _unknown_table(str(where[0]))
    table, key = _name(where[:-1]), str(where[-1])
    if key in TOP_KEYS:
        return f"stands inside of {_header(table)}", "move it to the top of the file, above the first [table]"
    return _UNKNOWN_KEY, f"{_near(key, _keys(table))}keys of {_header(table)}: {', '.join(_keys(table))}"


def _unknown_table(name: str) -> tuple[str, str]:
    homes = [_header(table) for table in _TABLES if name in _keys(table)]
    if homes:
        return "stands outside of any table", f"move it under {' or '.join(homes)}"
    near = did_you_mean(name, _NAMES)
    hint = f"did you mean {_header(near)}? " if near else ""
    return "unknown table or key", f"{hint}tables: {', '.join(map(_header, _NAMES))}"


def _name(where: Loc) -> str:
    """Return the name of a table without the positions in lists: ``rules.tests``."""
    return ".".join(part for part in where if isinstance(part, str))


def _near(key: str, keys: list[str]) -> str:
    near = did_you_mean(key, keys)
    return f'did you mean "{near}"? ' if near else ""


def _keys(table: str) -> list[str]:
    return list(_TABLES[table].model_fields)


def _header(table: str) -> str:
    return f"[{table}]" if table in (*SINGLE_TABLES, *FREE_TABLES) else f"[[{table}]]"


def _no_list(where: Loc, _: object) -> tuple[str, str]:
    if (name := _name(where)) in _TABLES:
        return "must be a list of tables", f"write {_header(name)}, with two brackets"
    return "must be a list", f'write {where[-1]} = ["..."]'


def _no_table(where: Loc, _: object) -> tuple[str, str]:
    return "must be a table", f"write {_header(_name(where))}"


def _no_names(where: Loc, context: object) -> tuple[str, str]:
    if len(where) == 1 and where[0] in FREE_TABLES:
        return _no_table(where, context)
    return "must be a table of names and values", 'such as { "X-Api-Key" = "${KEY}" }'


_WORDINGS: Mapping[str, Callable[[Loc, dict[str, Any]], tuple[str, str]]] = {
    "value_error": _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "list_type": _no_list,
    "model_type": _no_table,
    "dict_type": _no_names,
    "bool_type": lambda *_: ("must be true or false", "write it without quotes"),
    "int_type": lambda *_: ("must be a whole number", "write it without quotes"),
    "greater_than_equal": lambda _, context: (f"must be at least {context['ge']}", ""),
    "less_than_equal": lambda _, context: (f"must be at most {context['le']}", ""),
}
