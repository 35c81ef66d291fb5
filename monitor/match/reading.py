"""An entry as rules read it: each field is looked at when the first rule asks for it."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from monitor.match.fields import Fields, fields
from monitor.match.text import Text
from monitor.model import Entry, Origin, TextField

_LONGEST_HOST = 255


class Reading:
    """An entry of a feed, with the text of its page; None: that isn't there yet."""

    __slots__ = ("_entry", "_keys", "_text", "_texts", "origin")

    def __init__(self, entry: Entry, origin: Origin, text: str | None = None) -> None:
        self._entry = entry
        self._text = text
        self.origin = origin
        self._texts: dict[Fields, tuple[tuple[TextField, Text], ...]] = {}
        self._keys: dict[tuple[Fields, str], set[str]] = {}

    def texts(self, where: Fields) -> tuple[tuple[TextField, Text], ...]:
        """Return the values of some fields; a phrase stands within one of them."""
        texts = self._texts.get(where)
        if texts is None:
            if len(where.names) == 1:
                [field] = where.names
                texts = tuple((field, text) for text in _texts(self._values(field)))
            else:
                texts = tuple(text for field in where.names for text in self.texts(fields((field,))))
            self._texts[where] = texts
        return texts

    def keys(self, where: Fields, language: str) -> set[str]:
        """Return all that may be looked for in some fields."""
        keys = self._keys.get((where, language))
        if keys is None:
            keys = set().union(*(text.keys(language) for _, text in self.texts(where)))
            self._keys[where, language] = keys
        return keys

    def _values(self, field: TextField) -> Sequence[str]:
        match field:
            case TextField.TITLE:
                return (self._entry.title,)
            case TextField.SUMMARY:
                return (self._entry.summary,)
            case TextField.TEXT:
                return (self._text,) if self._text else ()
            case _:
                return self._circumstances(field)

    def _circumstances(self, field: TextField) -> Sequence[str]:
        match field:
            case TextField.AUTHOR:
                return self._entry.authors
            case TextField.CATEGORY:
                return self._entry.categories
            case TextField.URL:
                return (self._entry.link or "",)
            case TextField.SITE:
                return (_host(self._entry.link or ""),)
            case TextField.FEED:
                return (self.origin.name, self.origin.url)
            case _:
                return (primary(self.origin.language or ""),)


def field_text(entry: Entry, origin: Origin, field: TextField, text: str = "") -> str:
    """Return a field as hits count in it: the values of authors, categories and feed one to a line."""
    return "\n".join(value.raw for _, value in Reading(entry, origin, text).texts(fields((field,))))


def primary(tag: str) -> str:
    """Return the first part of a language tag: `pt` of pt-BR."""
    return tag.replace("_", "-").partition("-")[0].strip().lower()


def _texts(values: Sequence[str]) -> Iterator[Text]:
    offset = 0
    for value in values:
        yield Text(value, offset)
        offset += len(value) + 1


def _host(link: str) -> str:
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:  # [ without ]: no host that could be asked for
        return ""
    return host[:_LONGEST_HOST]
