"""config.toml as it was written: its tree, and where each key of it stands."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from monitor.config.files import Files
from monitor.config.findings import Finding, Loc, dotted
from monitor.config.positions import line_index
from monitor.errors import ConfigError, Problem

_SYNTAX = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)
# What tomllib says, the beginning of it in lower case -> what to do about it.
_SYNTAX_ADVICE = {
    "invalid value": 'text goes in quotes, as in name = "desk"',
    "illegal character '\\n'": "close the quotes before the end of the line",
    "expected newline": "write one key on each line, and text in quotes",
    "expected '='": 'write key = value, as in name = "desk"',
    "cannot overwrite a value": "the same key stands twice in this table; keep one",
    "duplicate inline table key": "keep one of them",
    "cannot declare": "this table stands twice; join the two, or write [[...]] for one more of a list",
    "unescaped '\\'": "put text with a backslash between single quotes, as in 'a\\b'",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read. `file` is its name as the user gave it, `lines` returns where everything stands: most are never asked."""

    file: str
    lines: Callable[[], Mapping[Loc, int]]

    def line_of(self, where: Loc) -> int | None:
        """Return the line of `where`; of a missing key, that of its table. None: the file as a whole."""
        lines = self.lines()
        while where and where not in lines:
            where = where[:-1]
        return lines.get(where)

    def problem(self, finding: Finding) -> Problem:
        """Return `finding` with file and line."""
        where, what, advice = finding
        return Problem(self.file, self.line_of(where), dotted(where), what, advice)


def read(path: Path, files: Files) -> tuple[Source, Mapping[str, object]]:
    """Read and parse `path`. Raises ConfigError."""
    text = _text(path, files)
    try:
        return Source(str(path), cache(partial(_lines, text))), tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(path, text, str(error))]) from None
    except RecursionError:
        raise ConfigError([Problem(str(path), None, "", "values are nested too deeply")]) from None
    except ValueError:
        # int() refuses thousands of digits before tomllib can say where.
        raise ConfigError([Problem(str(path), None, "", "a number is too long")]) from None


def _lines(text: str) -> Mapping[Loc, int]:
    try:
        return line_index(text)
    except RecursionError:  # where tomllib just managed
        return {}


def _text(path: Path, files: Files) -> str:
    try:
        raw = files.read(path)
    except FileNotFoundError:
        advice = "write one with: news-monitor init"
        raise ConfigError([Problem(str(path), None, "", "there is no such file", advice)]) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ConfigError([Problem(str(path), None, "", f"can't be read: {why.lower()}")]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(str(path), line, "", "the text is not UTF-8", "save the file in UTF-8")
        raise ConfigError([problem]) from None


def _syntax(path: Path, text: str, said: str) -> Problem:
    match = _SYNTAX.fullmatch(said)
    if match is None:
        return Problem(str(path), None, "", f"not valid TOML: {said}")
    what = match["what"][:1].lower() + match["what"][1:]
    if match["line"] is None:
        advice = "the file ends too early: close what is open, such as a quote or a bracket"
        return Problem(str(path), text.rstrip("\n").count("\n") + 1, "", f"not valid TOML: {what}", advice)
    advice = next((advice for start, advice in _SYNTAX_ADVICE.items() if what.startswith(start)), "")
    where = f"not valid TOML at column {match['column']}"
    return Problem(str(path), int(match["line"]), "", f"{where}: {what}", advice)
