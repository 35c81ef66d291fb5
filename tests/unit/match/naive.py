"""What rules say of entries, read off their trees one by one: no index, no keys, each field analysed as a whole."""

from collections.abc import Iterator, Sequence
from itertools import product
from urllib.parse import urlsplit

from monitor.match import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.analysis import analyse, joins
from monitor.match.finders import letters
from monitor.match.fold import fold
from monitor.match.pattern import keys_beside, make_pattern, single_pattern
from monitor.match.regex import compile_regex
from monitor.match.stems import NONE
from monitor.match.stretch import Stretch
from monitor.model import Entry, Origin, TextField

# Tokens and code points: the first and the one after the last.
Place = tuple[int, int, int, int]
WORDING = (TextField.TITLE, TextField.SUMMARY, TextField.TEXT)


def holds(node: Node, entry: Entry, origin: Origin, language: str, text: str = "") -> bool:
    return _Naive(entry, origin, language, text).holds(node, WORDING)


class _Naive:
    def __init__(self, entry: Entry, origin: Origin, language: str, text: str) -> None:
        self._language = language
        self._values: dict[TextField, Sequence[str]] = {
            TextField.TITLE: [entry.title],
            TextField.SUMMARY: [entry.summary],
            TextField.TEXT: [text],
            TextField.AUTHOR: entry.authors,
            TextField.CATEGORY: entry.categories,
            TextField.URL: [entry.link or ""],
            TextField.SITE: [urlsplit(entry.link or "").hostname or ""],
            TextField.FEED: [origin.name, origin.url],
            TextField.LANG: [origin.language or ""],
        }

    def holds(self, node: Node, fields: Sequence[TextField]) -> bool:
        match node:
            case And(parts):
                return all(self.holds(part, fields) for part in parts)
            case Or(parts):
                return any(self.holds(part, fields) for part in parts)
            case Not(part):
                return not self.holds(part, fields)
            case In(field, part):
                return self.holds(part, [field])
            case _:
                return any(
                    self._is_in(node, field, value) for field in fields for value in self._values[field]
                )

    def _is_in(self, node: Node, field: TextField, value: str) -> bool:
        if isinstance(node, Regex):
            return compile_regex(node.pattern, ignore_case=node.ignore_case).search(value) is not None
        if isinstance(node, Near):
            return self._is_near(node, value)
        assert isinstance(node, Word | Phrase | Exact | Prefix)
        if field is TextField.SITE:
            name = node.text.lower()
            labels = value.split(".")
            names = [*labels, *(".".join(labels[start:]) for start in range(len(labels)))]
            return any(
                known.startswith(name) if isinstance(node, Prefix) else known == name for known in names
            )
        if field is TextField.LANG and not isinstance(node, Prefix):
            return value == node.text.lower()
        return any(True for _ in self._places(node, value))

    def _is_near(self, node: Near, value: str) -> bool:
        parts = [
            [
                place
                for leaf in (part.parts if isinstance(part, Or) else [part])
                for place in self._places(leaf, value)
            ]
            for part in node.parts
        ]
        for chosen in product(*parts):
            size = max(after for _, _, _, after in chosen) - min(first for _, _, first, _ in chosen)
            if size - sum(after - first for _, _, first, after in chosen) <= node.distance:
                return True
        return False

    def _places(self, leaf: Node, value: str) -> Iterator[Place]:
        match leaf:
            case Word(text):
                yield from Stretch(value, self._language).find(make_pattern(text, self._language))
                for left, right in ((leaf.before, text), (text, leaf.after)):
                    if left and right:
                        keys = keys_beside(left, right, self._language)
                        yield from Stretch(value, self._language).find(single_pattern(keys, self._language))
            case Phrase(text):
                yield from Stretch(value, NONE).find(make_pattern(text, NONE))
            case Exact(text):
                yield from _written(text, value)
            case Prefix(text):
                yield from _beginning(fold(text), value)


def _written(text: str, value: str) -> Iterator[Place]:
    for place in Stretch(value, NONE).find(make_pattern(text, NONE)):
        if _letters(value, *place[2:]) == _letters(text):
            yield place


def _letters(text: str, first: int = 0, after: int | None = None) -> str:
    return letters("".join(text[token.start : token.end] for token in analyse(text).tokens[first:after]))


def _beginning(prefix: str, value: str) -> Iterator[Place]:
    tokens = analyse(value).tokens
    forms = [(place, place + 1, token.term) for place, token in enumerate(tokens)]
    for first, after, form in [*forms, *joins(tokens)]:
        if any(token.gap != token.gap.strip() for token in tokens[first + 1 : after]):
            continue  # written apart
        if form.startswith(prefix) and (after == first + 1 or len(tokens[first].term) < len(prefix)):
            yield tokens[first].start, tokens[after - 1].end, first, after
