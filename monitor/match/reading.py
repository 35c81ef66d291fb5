"""An entry as rules read it: each field is looked at when the first rule asks for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from urllib.parse import urlsplit

from monitor.match.fields import Fields, fields
from monitor.match.text import Text
from monitor.match.vocabulary import Sight, Vocabulary
from monitor.model import Entry, Origin, TextField

_LONGEST_HOST = 255
# A bare name in one of these is that of a host or a language, and no word of a text.
NAMES = frozenset({TextField.SITE, TextField.LANG})


class Reading:
    """An entry of a feed, with the text of its page; None: that isn't there yet."""

    __slots__ = ("_entry", "_found", "_of_field", "_sights", "_text", "_texts", "origin")

    def __init__(self, entry: Entry, origin: Origin, text: str | None = None) -> None:
        self._entry = entry
        self._text = text
        self.origin = origin
        self._texts: dict[Fields, tuple[tuple[TextField, Text], ...]] = {}
        self._of_field: dict[TextField, tuple[tuple[TextField, Text], ...]] = {}
        self._found: dict[tuple[Fields, Vocabulary], set[int]] = {}
        self._sights: dict[tuple[Text, Vocabulary], Sight] = {}

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
            found = self._found[where, vocabulary] = set()
            for _, text in self.texts(where):
                found |= self.sight(text, vocabulary).found
        return found

    def sight(self, text: Text, vocabulary: Vocabulary) -> Sight:
        """Return what is in one of the texts, of all that is looked for."""
        # A title is looked into by itself and together with the rest.
        sight = self._sights.get((text, vocabulary))
        if sight is None:
            sight = self._sights[text, vocabulary] = vocabulary.look(text)
        return sight

    def _texts_of(self, field: TextField) -> tuple[tuple[TextField, Text], ...]:
        texts = self._of_field.get(field)
        if texts is None:
            values = _VALUES[field](self._entry, self.origin, self._text or "")
            texts = self._of_field[field] = tuple((field, text) for text in _texts(field, values))
        return texts


def field_text(entry: Entry, origin: Origin, field: TextField, text: str = "") -> str:
    """Return a field as hits count in it: the values of authors, categories and feed one to a line."""
    return "\n".join(value.raw for _, value in Reading(entry, origin, text).texts(fields((field,))))


def primary(tag: str) -> str:
    """Return the first part of a language tag: `pt` of pt-BR."""
    return tag.replace("_", "-").partition("-")[0].strip().lower()


def _texts(field: TextField, values: Sequence[str]) -> Iterator[Text]:
    offset = 0
    for value in values:
        yield Text(value, offset, is_name=field in NAMES)
        offset += len(value) + 1


def host_of(link: str | None) -> str:
    """Return the host of a link, "" without one."""
    try:
        host = urlsplit(link or "").hostname or ""
    except ValueError:  # [ without ]: no host that could be asked for
        return ""
    return host[:_LONGEST_HOST]


_VALUES: Mapping[TextField, Callable[[Entry, Origin, str], Sequence[str]]] = {
    TextField.TITLE: lambda entry, _, __: (entry.title,),
    TextField.SUMMARY: lambda entry, _, __: (entry.summary,),
    TextField.TEXT: lambda _, __, text: (text,) if text else (),
    TextField.AUTHOR: lambda entry, _, __: entry.authors,
    TextField.CATEGORY: lambda entry, _, __: entry.categories,
    TextField.URL: lambda entry, _, __: (entry.link or "",),
    TextField.SITE: lambda entry, _, __: (host_of(entry.link),),
    TextField.FEED: lambda _, origin, __: (origin.name, origin.url),
    TextField.LANG: lambda _, origin, __: (primary(origin.language or ""),),
}
