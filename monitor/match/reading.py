"""An entry as rules read it: each field is looked at when the first rule asks for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import urlsplit

from monitor.match.fields import Fields, fields
from monitor.match.text import Text
from monitor.match.vocabulary import Vocabulary
from monitor.model import Entry, Origin, TextField

_LONGEST_HOST = 255
# A bare name in one of these is that of a host or a language, and no word of a text.
NAMES = frozenset({TextField.SITE, TextField.LANG})


class Reading:
    """An entry of a feed, with the text of its page; None: that isn't there yet."""

    __slots__ = ("_beginnings", "_entry", "_found", "_of_field", "_text", "_texts", "origin")

    def __init__(self, entry: Entry, origin: Origin, text: str | None = None) -> None:
        self._entry = entry
        self._text = text
        self.origin = origin
        self._texts: dict[Fields, tuple[tuple[TextField, Text], ...]] = {}
        self._of_field: dict[TextField, tuple[tuple[TextField, Text], ...]] = {}
        self._found: dict[tuple[Fields, Vocabulary], set[int]] = {}
        self._beginnings: dict[tuple[Text, Vocabulary], Mapping[int, Sequence[int]]] = {}

    def texts(self, where: Fields) -> tuple[tuple[TextField, Text], ...]:
        """Return the values of some fields; a phrase stands within one of them."""
        texts = self._texts.get(where)
        if texts is None:
            texts = self._texts[where] = tuple(chain.from_iterable(map(self._texts_of, where.names)))
        return texts

    def found(self, where: Fields, vocabulary: Vocabulary) -> set[int]:
        """Return the numbers of what is in some fields, of all that is looked for."""
        found = self._found.get((where, vocabulary))
        if found is None:
            texts = self.texts(where)
            found = self._found[where, vocabulary] = vocabulary.found([text for _, text in texts])
            for field, text in texts:
                if field in NAMES:
                    found |= vocabulary.found_by_name(text.raw)
        return found

    def begins(
        self, text: Text, vocabulary: Vocabulary, needs: Sequence[Sequence[int]]
    ) -> Callable[[int], Sequence[int]]:
        """Return what tells at which words of one of the texts there begins one of a set of `needs`."""

        def begins(place: int) -> Sequence[int]:
            beginnings = self._beginnings_in(text, vocabulary)
            return [word for number in needs[place] for word in beginnings.get(number, ())]

        return begins

    def _beginnings_in(self, text: Text, vocabulary: Vocabulary) -> Mapping[int, Sequence[int]]:
        beginnings = self._beginnings.get((text, vocabulary))
        if beginnings is None:
            beginnings = self._beginnings[text, vocabulary] = vocabulary.beginnings(text)
        return beginnings

    def _texts_of(self, field: TextField) -> tuple[tuple[TextField, Text], ...]:
        texts = self._of_field.get(field)
        if texts is None:
            texts = self._of_field[field] = tuple((field, text) for text in _texts(self._values(field)))
        return texts

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
                return (host_of(self._entry.link),)
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


def host_of(link: str | None) -> str:
    """Return the host of a link, "" without one."""
    try:
        host = urlsplit(link or "").hostname or ""
    except ValueError:  # [ without ]: no host that could be asked for
        return ""
    return host[:_LONGEST_HOST]


def _texts(values: Sequence[str]) -> Iterator[Text]:
    offset = 0
    for value in values:
        yield Text(value, offset)
        offset += len(value) + 1
