"""The reference part of the documentation, made from the program itself.

Run from the root of the project: python -m tests.support.reference
"""

import inspect
import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import typer.main

from monitor.cli.program import commands as all_commands

ROOT = Path(__file__).parents[2]
CONFIGURATION, COMMANDS = ROOT / "docs/configuration.md", ROOT / "docs/commands.md"
_SCHEMA = ROOT / "docs/config.schema.json"

Schema = dict[str, Any]
Making = Callable[[], str]


def configuration() -> str:
    """Return docs/configuration.md."""
    schema: Schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return "\n".join(_configuration(schema)) + "\n"


def _configuration(schema: Schema) -> Iterator[str]:
    yield from (
        "# Configuration",
        "",
        (
            "Every key of config.toml, made from the schema that the program checks it with. What a file looks like: "
            "[config.example.toml](../config.example.toml). An editor reads the same schema: "
            "`news-monitor schema > config.schema.json`, and `#:schema ./config.schema.json` as the file's first line."
        ),
        "",
        (
            'Durations are written `"30s"`, `"15m"`, `"1h30m"`, `"7d"`. Any text may hold `${NAME}`, an environment variable, or '
            "`${file:NAME}`, the text of a file in `$CREDENTIALS_DIRECTORY` or beside the configuration."
        ),
    )
    free = {name for name, part in schema["properties"].items() if part.get("type") == "object"}
    tables = {name: part for name, part in schema["properties"].items() if _table(part) or name in free}
    yield from (
        "",
        "## Above all tables",
        "",
        *_keys({n: p for n, p in schema["properties"].items() if n not in tables}),
    )
    for name, part in tables.items():
        if name in free:
            yield from ("", f"## [{name}]", "", f"{part['description']} Its keys are names of your own.")
        else:
            yield from _section(schema, name, part)


def _section(schema: Schema, name: str, part: Schema) -> Iterator[str]:
    listed = part.get("type") == "array"
    table = schema["$defs"][_table(part)]
    heading = f"[[{name}]]" if listed else f"[{name}]"
    yield from ("", f"## {heading}", "", part.get("description", table.get("description", "")), "")
    plain = {key: of for key, of in table["properties"].items() if not _table(of)}
    yield from _keys(plain, required=table.get("required", []))
    for key, of in table["properties"].items():
        if _table(of):
            yield from _section(schema, f"{name}.{key}", of)


def _keys(keys: dict[str, Schema], required: Collection[str] = ()) -> Iterator[str]:
    yield from ("| key | default | |", "|---|---|---|")
    for name, part in keys.items():
        default = "required" if name in required else _default(part)
        yield f"| `{name}` | {default} | {_cell(part.get('description', ''))}{_bounds(part)} |"


def _default(part: Schema) -> str:
    if "default" not in part or part["default"] in ([], {}):
        return ""
    return f"`{json.dumps(part['default'], ensure_ascii=False)}`"


def _bounds(part: Schema) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    if high is None:
        return "" if low is None else f" (at least {low})"
    return f" ({low} to {high})"


def _table(part: Schema) -> str:
    """Return the name of the table that a key holds, "" when it holds none."""
    reference = part.get("$ref") or part.get("items", {}).get("$ref", "")
    return str(reference.rpartition("/")[2])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def command_names() -> list[str]:
    """Return all commands, such as ``feeds list``."""
    root: Any = typer.main.get_command(all_commands())
    return [name.removeprefix("news-monitor ") for name, _ in _walk("news-monitor", root)]


def commands() -> str:
    """Return docs/commands.md."""
    root: Any = typer.main.get_command(all_commands())
    return "\n".join(_commands(root)) + "\n"


def _commands(root: Any) -> Iterator[str]:
    yield from (
        "# Commands",
        "",
        (
            "What `news-monitor COMMAND --help` says, all on one page. Each command takes the configuration from `--config`, else from "
            "`$NEWS_MONITOR_CONFIG`, else from `config.toml` here. Exit codes: 0 good, 1 as told below, 2 wrong use or a mistake in the "
            "configuration."
        ),
    )
    for name, command in _walk("news-monitor", root):
        yield from _command(name, command)


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner: dict[str, Any] = getattr(command, "commands", {})
    if not inner:
        yield name, command
    for word, one in inner.items():
        yield from _walk(f"{name} {word}", one)


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    usage = " ".join([name, *map(_argument, arguments)])
    yield from ("", f"## {name}", "", f"`{usage}`", "")
    text, _, example = inspect.cleandoc(command.help or "").partition("Example:")
    yield text.strip()
    if example:
        yield from ("", "```sh", example.strip(), "```")
    options = [one for one in command.params if one.param_type_name == "option"]
    told = [one for one in options if one.name not in ("help", "config")]
    if told:
        yield from ("", "| option | |", "|---|---|")
    for option in told:
        names = ", ".join(f"`{each}`" for each in (*option.opts, *option.secondary_opts))
        yield f"| {names} | {_cell(getattr(option, 'help', '') or '')} |"
    if failed := re.search(r"^  1  (.*)$", command.epilog or "", re.MULTILINE):
        yield from ("", f"Exit code 1: {failed[1]}.")


def _argument(one: Any) -> str:
    name = one.metavar or one.name.upper()
    return name if one.required else f"[{name}]"


if __name__ == "__main__":
    CONFIGURATION.write_text(configuration(), encoding="utf-8")
    COMMANDS.write_text(commands(), encoding="utf-8")
