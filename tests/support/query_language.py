"""The query language by example: docs/query-language.toml, for the tests and for docs/query-language.md.

``python -m tests.support.query_language`` writes the page anew.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.model import Entry
from monitor.parse.html import html_to_text

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "query-language.md"
_HEAD = "# The query language\n\n<!-- Written from query-language.toml by `python -m tests.support.query_language`. -->\n"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A query and an entry; `marked` are its title, summary and text with what is highlighted in brackets."""

    query: str
    fields: Fields
    found: bool
    language: str | None
    groups: dict[str, list[str]]

    def __str__(self) -> str:
        return f"{self.query} - {' '.join(map(str, self.fields.values()))}"

    @property
    def marked(self) -> Fields:
        return {name: self.fields.get(name, "") for name in ("title", "summary", "text")}

    @property
    def entry(self) -> Entry:
        fields = {name: _plain(value) for name, value in self.fields.items()}
        fields.pop("text", None)
        if html := fields.pop("html", None):
            fields["summary"] = html_to_text(html)
        return Entry(**fields)

    @property
    def text(self) -> str:
        """The text of the entry's page."""
        return str(_plain(self.fields.get("text", "")))


def examples() -> Iterator[Example]:
    for section in _table()["section"]:
        for row in section.get("query", ()):
            for found, entries in ((True, row.get("finds", ())), (False, row.get("misses", ()))):
                for entry in entries:
                    language = row.get("language")
                    yield Example(row["query"], _fields(entry), found, language, section.get("groups", {}))


def page() -> str:
    table = _table()
    return "\n".join([_HEAD, table["intro"].strip(), *map(_section, table["section"])]) + "\n"


def _table() -> Fields:
    return tomllib.loads((DOCS / "query-language.toml").read_text(encoding="utf-8"))


def _fields(entry: str | Fields) -> Fields:
    if isinstance(entry, dict):
        return entry
    title, _, summary = entry.partition(" | ")
    return {"title": title, "summary": summary}


def _plain(value: Any) -> Any:
    return re.sub(r"[\[\]]", "", value) if isinstance(value, str) else tuple(value)


def _section(section: Fields) -> str:
    lines = ["", f"## {section['title']}", "", section["text"].strip()]
    if "query" in section:
        lines += ["", "| query | finds | doesn't find |", "|---|---|---|", *map(_row, section["query"])]
    return "\n".join(lines)


def _row(row: Fields) -> str:
    language = f' (`language = "{row["language"]}"`)' if "language" in row else ""
    cells = ["<br>".join(map(_shown, row.get(kind, ()))) for kind in ("finds", "misses")]
    query = row["query"].replace("|", "\\|")
    return f"| `{query}`{language} | {' | '.join(cells)} |"


def _shown(entry: str | Fields) -> str:
    if isinstance(entry, str):
        return _escaped(entry.replace(" | ", " / "))
    if "html" in entry:
        return f"`{entry['html']}`"
    values = {name: ", ".join(value) if isinstance(value, list) else value for name, value in entry.items()}
    return "; ".join(f"{name}: {_escaped(value)}" for name, value in values.items())


def _escaped(text: str) -> str:
    for sign in "\\`*_|<#~":
        text = text.replace(sign, f"&#{ord(sign)};")
    return text.replace("://", "&#58;//").replace("[", "<b>").replace("]", "</b>")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
