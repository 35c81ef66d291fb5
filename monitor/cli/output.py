"""What people and pipes read: lines, tables, JSON. Free of secrets and of anything a terminal would obey."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from monitor.model import Redactor

if TYPE_CHECKING:
    from rich.table import Table

_NARROWEST = 10  # what is left of a text that is cut
# Joiners are invisible, and words in Persian, Hindi or emoji fall apart without them.
_JOINERS = "\u200c\u200d"


@dataclass(slots=True)
class _Hidden:
    """What stdout and stderr, of which a process has one each, must not show."""

    redact: Redactor = field(default_factory=lambda: Redactor(()))


_HIDDEN = _Hidden()


def hide(secrets: Iterable[str]) -> None:
    """Replace each of `secrets` by ``***`` in everything printed from now on."""
    _HIDDEN.redact = Redactor(secrets)


def safe(text: str) -> str:
    """Return `text` as one line without secrets, control characters and direction overrides."""
    text = _HIDDEN.redact(text)
    if text.isprintable():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    shown = "".join(character for character in spaced if character.isprintable() or character in _JOINERS)
    return _HIDDEN.redact(shown)  # what was taken out may have stood within a secret


def say(text: str = "") -> None:
    """Print one line."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print one line to stderr."""
    _print(text, sys.stderr)


def note(text: str) -> None:
    """Print one line to stderr that tells what isn't wrong, but good to know."""
    complain(f"note: {text}")


def say_marked(text: str, spans: Iterable[tuple[int, int]], indent: str = "") -> None:
    """Print one line in which `spans` (by position, without overlap) stand out.

    They are bold in a terminal and between asterisks in a pipe.
    """
    parts: list[tuple[str, bool]] = []
    position = 0
    for start, end in spans:
        parts += [(text[position:start], False), (text[start:end], True)]
        position = end
    parts.append((text[position:], False))
    if sys.stdout.isatty():
        _say_bold(parts, indent)
    else:
        say(indent + "".join(f"*{part}*" if bold else part for part, bold in parts))


def say_json(value: object) -> None:
    """Print `value` as JSON; a datetime becomes ISO 8601 text."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2) + "\n")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `note` names what stands below its text, and in a pipe beside it, at the end."""

    head: str
    note: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, what more there is to say about it, and a style of rich's."""

    text: str
    note: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to print."""

    columns: Sequence[Column]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def say(self) -> None:
        """Print the table: laid out for a terminal, aligned and whole in a pipe."""
        show: Callable[[Grid], None] = _say_rich if sys.stdout.isatty() else _say_aligned
        show(self)

    def table(self, *, wrap: bool = True) -> "Table":
        """Return the table for a terminal; without `wrap` each row is one line, cut where it doesn't fit."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        for place, column in enumerate(self.columns):
            widest = max((len(row[place].text) for row in self.rows), default=0)
            table.add_column(
                Text(column.head),
                justify="right" if column.right else "left",
                no_wrap=column.right or not wrap,
                overflow="fold" if wrap else "ellipsis",
                min_width=None if wrap else min(widest, _NARROWEST),
            )
        for row in self.rows:
            # Text objects are taken as they are; a plain string would be read as markup.
            table.add_row(*(Text.assemble(*_spans(cell)) for cell in row))
        return table


def _say_rich(grid: Grid) -> None:
    from rich.console import Console

    Console(file=sys.stdout).print(grid.table())


def _say_bold(parts: Iterable[tuple[str, bool]], indent: str) -> None:
    from rich.console import Console
    from rich.text import Text

    line = Text(indent)
    for part, bold in parts:
        line.append(safe(part), style="bold yellow" if bold else "")
    Console(file=sys.stdout, highlight=False).print(line, soft_wrap=True)


def _spans(cell: Cell) -> list[tuple[str, str]]:
    spans = [(safe(cell.text), cell.style)]
    return [*spans, ("\n" + safe(cell.note), "dim")] if cell.note not in ("", cell.text) else spans


def _say_aligned(grid: Grid) -> None:
    from rich.cells import cell_len

    noted = [place for place, column in enumerate(grid.columns) if column.note]
    heads = [column.head for column in grid.columns] + [grid.columns[place].note for place in noted]
    lines = [[head.upper() for head in heads]]
    for row in grid.rows:
        texts = [cell.text for cell in row] + [row[place].note for place in noted]
        lines.append([safe(text) or "-" for text in texts])
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def count(number: int, thing: str) -> str:
    """Return ``1 feed``, ``2 feeds``."""
    plural = thing[:-1] + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {thing if number == 1 else plural}"


def size(number: int) -> str:
    """Return a number of bytes for people: ``12 kB``, ``1.2 GB``."""
    scaled, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if scaled < 1_000:
            break
        scaled, unit = scaled / 1_000, larger
    return f"{scaled:.1f} {unit}" if unit != "B" and scaled < 10 else f"{scaled:.0f} {unit}"


def _print(text: str, stream: TextIO) -> None:
    stream.write(safe(text) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, str):  # JSON writes the ends of lines so that no terminal obeys them
        return "\n".join(map(safe, _HIDDEN.redact(value).split("\n")))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
