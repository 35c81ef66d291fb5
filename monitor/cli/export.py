"""`db export`: what is stored, for other programs."""

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Literal, TextIO

import typer

from monitor.cli import output
from monitor.cli.db import Force, is_taken
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, load, read_span
from monitor.cli.progress import tracked
from monitor.errors import MonitorError
from monitor.model import Exported

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

What = Annotated[
    Literal["entries", "alerts", "deliveries"], typer.Option("--what", help="What to write: one a line.")
]
Since = Annotated[
    timedelta | None,
    typer.Option("--since", parser=read_span, metavar="TIME", help="Only what came since, such as 30d."),
]
Format = Annotated[
    Literal["jsonl", "csv"], typer.Option("--format", help="JSON Lines, or a table with a head line.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to stdout.")
]


def export(
    what: What = "entries",
    since: Since = None,
    form: Format = "jsonl",
    file: Output = None,
    force: Force = False,
    config: Config = DEFAULT_CONFIG,
) -> int:
    """Write entries, alerts or deliveries for other programs.

    The oldest come first, and it works while the monitor runs. Times are in UTC. In CSV a list is one cell, its elements after one another with "; " between, and a text that a spreadsheet would take for a formula has
    an apostrophe before it.

    Example: news-monitor db export --what alerts --since 30d --format csv --output alerts.csv
    """
    from monitor.app import upkeep

    settings = load(config)
    if file is not None and is_taken(file, force):
        return WRONG
    write = _write_csv if form == "csv" else _write_lines
    with upkeep.open_export(settings, Exported(what), since) as found, _opened(file) as stream:
        # A bar would stand among the lines of the same terminal.
        shown = file is not None or not sys.stdout.isatty()
        rows = tracked(found.rows, found.count, "writing") if shown else found.rows
        count = write((_plain(asdict(row)) for row in rows), stream)
    if file is not None:
        output.say(f"{file} is written: {output.count(count, _ONE[what])}.")
    return GOOD


_ONE = {"entries": "entry", "alerts": "alert", "deliveries": "delivery"}


@contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    """Yield stdout, or a new file that nobody else can read, which gets its name when all is written."""
    if file is None:
        yield sys.stdout
        return
    part = file.with_name(f".{file.name}.{token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(file)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise MonitorError(
            f"{file} can't be written: {said}; name a file in a folder with room for it"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write_lines(rows: Iterable[Mapping[str, object]], stream: TextIO) -> int:
    """Write a line for each row, and return how many there were."""
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(rows: Iterable[Mapping[str, object]], stream: TextIO) -> int:
    writer, count = csv.writer(stream, lineterminator="\n"), 0
    for row in rows:
        if not count:
            writer.writerow(row)
        writer.writerow(map(_cell, row.values()))
        count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _plain(value: object) -> Any:
    """Return a value as JSON has it; a text keeps its lines."""
    match value:
        case str():
            return "\n".join(map(output.safe, value.split("\n")))
        case datetime():
            return value.isoformat(timespec="seconds")
        case tuple():
            return [_plain(inner) for inner in value]
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
    return value
