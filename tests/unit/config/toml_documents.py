"""A Hypothesis strategy of TOML documents in every style, with the line of each of their paths."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

Loc = tuple[str | int, ...]

# Written form -> the key it means.
KEYS = {
    "a": "a",
    "b-1": "b-1",
    "12": "12",
    '"c.d"': "c.d",
    "'e f'": "e f",
    '"g\\"]#"': 'g"]#',
    '"\\u00e9"': "é",
    "'[h'": "[h",
    '""': "",
    "feeds": "feeds",
}
# What pairs begin with: these never meet the keys of tables.
PAIR_KEYS = {"p": "p", "p-2": "p-2", '"p.3"': "p.3", "'p = 4'": "p = 4", '"p\\t\\u0035"': "p\t5"}
SCALARS = [
    "1",
    "-0.5e3",
    "true",
    "1979-05-27 07:32:00",
    '""',
    '"# ] } , = \\" \\\\"',
    "'# ] } , = \\'",
    "''",
    '""""""',
    '"""x""\n[no]\n\\""" # no \\\\"""',
    '"""\n""quoted"""""',
    "'''\n''no'' = 1\n\\'''",
    "''''''",
]
SPACES = ["", " ", "\t "]
BLANKS = ["", " ", "\n", "\t\n", " # ] } = \" ' comment\n  ", "\n\n"]
ENDS = ["\n", "\n\n", " # [not.a.table]\n", "  \n# a = 1\n"]


@dataclass
class Document:
    """Text under construction; `lines` has the line where each path was first seen."""

    text: str = ""
    lines: dict[Loc, int] = field(default_factory=dict)

    def write(self, text: str) -> None:
        self.text += text

    def mark(self, where: Loc) -> None:
        self.lines.setdefault(where, self.text.count("\n") + 1)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    writer = _Writer(draw)
    writer.write_end()
    writer.write_pairs(())
    for name in writer.draw_names():
        writer.write_table((), (name,), depth=0)
    return writer.document


class _Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.document = Document()
        self._draw = draw

    def _one_of(self, choices: list[str]) -> str:
        return self._draw(st.sampled_from(choices))

    def draw_names(self, most: int = 3, names: dict[str, str] = KEYS) -> list[str]:
        return self._draw(st.lists(st.sampled_from(list(names)), max_size=most, unique=True))

    def write_end(self) -> None:
        self.document.write(self._one_of(ENDS))

    def write_pairs(self, table: Loc) -> None:
        for name in self.draw_names(names=PAIR_KEYS):
            self._write_pair((*table, PAIR_KEYS[name]), name)
            self.write_end()

    def _write_pair(self, where: Loc, name: str) -> None:
        self.document.mark(where)
        self.document.write(name)
        for written in self.draw_names(2):
            self.document.write(f"{self._one_of(SPACES)}.{self._one_of(SPACES)}{written}")
            where = (*where, KEYS[written])
            self.document.mark(where)
        self.document.write(f"{self._one_of(SPACES)}={self._one_of(SPACES)}")
        self._write_value(where, depth=0)

    def _write_value(self, where: Loc, depth: int) -> None:
        kind = self._draw(st.integers(0, 3 if depth < 3 else 1))
        if kind == 2:
            self._write_array(where, depth)
        elif kind == 3:
            self._write_inline(where, depth)
        else:
            self.document.write(self._one_of(SCALARS))

    def _write_array(self, where: Loc, depth: int) -> None:
        self.document.write("[" + self._one_of(BLANKS))
        count = self._draw(st.integers(0, 3))
        for at in range(count):
            self.document.mark((*where, at))
            self._write_value((*where, at), depth + 1)
            comma = at < count - 1 or self._draw(st.booleans())
            self.document.write(self._one_of(BLANKS) + ("," + self._one_of(BLANKS) if comma else ""))
        self.document.write("]")

    def _write_inline(self, where: Loc, depth: int) -> None:
        self.document.write("{" + self._one_of(SPACES))
        for at, written in enumerate(self.draw_names(2)):
            self.document.write("," + self._one_of(SPACES) if at else "")
            self.document.mark((*where, KEYS[written]))
            self.document.write(f"{written}{self._one_of(SPACES)}={self._one_of(SPACES)}")
            self._write_value((*where, KEYS[written]), depth + 1)
            self.document.write(self._one_of(SPACES))
        self.document.write("}")

    def write_table(self, parent: Loc, written: tuple[str, ...], depth: int) -> None:
        """Write a table, or an array of tables, and what is inside; `written` are its header's keys."""
        where: Loc = (*parent, KEYS[written[-1]])
        repeats = self._draw(st.integers(0, 2))  # 0: a plain table
        for at in range(max(1, repeats)):
            self.document.mark(where)
            table = (*where, at) if repeats else where
            self.document.mark(table)
            brackets = 2 if repeats else 1
            dot = f"{self._one_of(SPACES)}.{self._one_of(SPACES)}"
            space = self._one_of(SPACES)
            self.document.write("[" * brackets + space + dot.join(written) + space + "]" * brackets)
            self.write_end()
            self.write_pairs(table)
            for name in self.draw_names(2) if depth < 2 else []:
                self.write_table(table, (*written, name), depth + 1)
