"""Where each key of a TOML document stands.

tomllib gives values without lines, so this scanner walks the same text once more and notes the line of
every table, key and list element. The text has been accepted by tomllib before; the scanner relies on it
and checks nothing. Grammar: https://toml.io/en/v1.0.0, with the newlines and trailing commas that 1.1
allows inside inline tables.
"""

import bisect
import re
import tomllib

from monitor.config.findings import Loc

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A multi-line string may end in up to two more quotes that belong to its text.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}'
    r"|'''.*?''''{0,2}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def line_index(text: str) -> dict[Loc, int]:
    """Return the line, from 1, of every table, key and list element of valid TOML `text`.

    A table that has a header stands at its header, one that only dotted keys or headers of its
    children imply stands at the first of these. Raises RecursionError for absurdly nested values.
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[Loc, int] = {}
        self._last: dict[Loc, int] = {}  # array of tables -> index of its newest table

    def scan(self) -> dict[Loc, int]:
        table: Loc = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _header(self) -> Loc:
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *parents, name = self._keys()
        self._at += brackets
        table = (*self._resolve(parents, line), name)
        if brackets == 2:
            self._lines.setdefault(table, line)
            self._last[table] = self._last.get(table, -1) + 1
            table = (*table, self._last[table])
        self._lines[table] = line
        return table

    def _resolve(self, names: list[str], line: int) -> Loc:
        """Return the path of a header's parents; an array of tables stands for its newest table."""
        where: Loc = ()
        for name in names:
            where = (*where, name)
            self._lines.setdefault(where, line)
            if where in self._last:
                where = (*where, self._last[where])
        return where

    def _pair(self, table: Loc) -> None:
        line = self._line()
        where = table
        for name in self._keys():
            where = (*where, name)
            self._lines.setdefault(where, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(where)

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._text[self._at] == ".":
            self._at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(_SPACE)
        is_quoted = self._text[self._at] in "\"'"
        key = self._take(_STRING if is_quoted else _BARE_KEY)
        self._skip(_SPACE)
        return next(iter(tomllib.loads(key + "=0"))) if is_quoted else key

    def _value(self, where: Loc) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(where)
        elif first == "{":
            self._inline_table(where)
        else:
            self._skip(_STRING if first in "\"'" else _SCALAR)

    def _array(self, where: Loc) -> None:
        self._at += 1
        count = 0
        while self._more("]"):
            self._lines[*where, count] = self._line()
            self._value((*where, count))
            count += 1

    def _inline_table(self, where: Loc) -> None:
        self._at += 1
        while self._more("}"):
            self._pair(where)

    def _more(self, end: str) -> bool:
        """Step over the separator before the next element, or over the `end`."""
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)
        if self._text[self._at] != end:
            return True
        self._at += 1
        return False

    def _line(self) -> int:
        return bisect.bisect_left(self._newlines, self._at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, "tomllib accepted the text"  # noqa: S101 - true of all valid TOML
        self._at = match.end()
        return match.group()
