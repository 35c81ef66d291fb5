"""What an entry must be filed under for a rule to hold for it: where to look first.

The presearcher the other way round: rules are few when an entry comes and its anchors find them
(monitor.match.index); here the entries are many, and the same anchors find those. Every entry for which the rule
holds has what is asked for. Some that have it don't hold, so each is held against the rule afterwards.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from monitor.match.clauses import Condition, Opposite, Several, Term
from monitor.match.filing import EVERY_WORD, FILED, token_of
from monitor.match.finders import Anchor, DomainFinder, ExactFinder, Finder, Kind, WordFinder
from monitor.match.keys import asked_keys, halves
from monitor.match.pattern import keys_beside
from monitor.match.reading import Reading
from monitor.match.stems import NONE
from monitor.model import TextField

# A longer stem may be that of a word that is filed under its beginning.
_LONGEST_STEM = 40
# What databases take at once, in time that people wait.
_MOST_PARTS = 2_000
_DEEPEST = 8
# Fields that are the same for all entries of a feed.
_OF_FEED = {TextField.FEED, TextField.LANG}


class Token(NamedTuple):
    """Filed under this token."""

    text: str


class Beginning(NamedTuple):
    """Filed under a token that begins so."""

    text: str


class Forms(NamedTuple):
    """Filed under one of the words that have this stem in a language."""

    stem: str
    language: str


class AllOf(NamedTuple):
    """Filed under all parts; two or more."""

    parts: tuple["Presearch", ...]


class AnyOf(NamedTuple):
    """Filed under one of the parts; two or more."""

    parts: tuple["Presearch", ...]


Presearch = Token | Beginning | Forms | AllOf | AnyOf


def presearch(tests: Iterable[tuple[str, Condition]]) -> Presearch | None:
    """Return what an entry has for which one of `tests` holds, each with its language; None: perhaps nothing."""
    asked = any_of([_needed(test, language) for language, test in tests])
    if asked is None or _size(asked) > _MOST_PARTS or _depth(asked) > _DEEPEST:
        return None
    return any_of([asked, Token(EVERY_WORD)])


def may_hold(test: Condition, feed: Reading, *, wanted: bool = True) -> bool:
    """Tell whether `test` may come out as `wanted` for an entry of a feed, as far as the feed itself tells."""
    match test:
        case Term(_, where):
            return not _OF_FEED.issuperset(where.names) or test.holds(feed) is wanted
        case Opposite(part):
            return may_hold(part, feed, wanted=not wanted)
        case Several(parts, every):
            return (all if every is wanted else any)(may_hold(part, feed, wanted=wanted) for part in parts)
        case _:
            raise TypeError(test)


def any_of(parts: Iterable[Presearch | None]) -> Presearch | None:
    """Return what has one of `parts`; None among them is anything."""
    flat: dict[Presearch, None] = {}
    for part in parts:
        if part is None:
            return None
        flat.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else AnyOf(tuple(flat))


def _all_of(parts: Iterable[Presearch | None]) -> Presearch | None:
    flat: dict[Presearch, None] = {}
    for part in parts:
        if part is not None:
            flat.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    if not flat:
        return None
    return next(iter(flat)) if len(flat) == 1 else AllOf(tuple(flat))


def _needed(test: Condition, language: str, *, wanted: bool = True) -> Presearch | None:
    match test:
        case Term():
            return _of_term(test, language) if wanted else None
        case Opposite(part):
            return _needed(part, language, wanted=not wanted)
        case Several(parts, every):
            of_parts = [_needed(part, language, wanted=wanted) for part in parts]
            return _all_of(of_parts) if every is wanted else any_of(of_parts)
        case _:
            raise TypeError(test)


def _of_term(term: Term, language: str) -> Presearch | None:
    finder = term.sought.finder
    if isinstance(finder, DomainFinder):
        return None if finder.prefix else _token(finder.domain)
    if not FILED.issuperset(term.where.names):
        return None
    spoken = _language(finder, language)
    itself = _all_of(any_of(_of_anchor(anchor, spoken) for anchor in option) for option in finder.options())
    together = (
        _of_key(key, language)
        for beside in term.beside
        for key in keys_beside(beside.left, beside.right, language)
    )
    return any_of([itself, *together])


def _language(finder: Finder, language: str) -> str:
    """Return the language of a term's words: a phrase has none, whatever that of the rule is."""
    if isinstance(finder, ExactFinder):
        return NONE
    return finder.language if isinstance(finder, WordFinder) else language


def _of_anchor(anchor: Anchor, language: str) -> Presearch | None:
    match anchor.kind:
        case Kind.WORD:
            keys = (key for name in anchor.names for key in asked_keys(name, language))
            return any_of(_of_key(key, language) for key in keys)
        case Kind.KEY:
            return any_of(_of_key(key, language) for key in anchor.names)
        case Kind.PREFIX:
            [prefix] = anchor.names
            return Beginning(token_of(prefix)) if token_of(prefix) else None
        case Kind.PART:  # it may begin and end within words
            return None


def _of_key(key: str, language: str) -> Presearch | None:
    left, right = halves(key)
    if left.endswith("-"):
        return _all_of([_token(left[:-1]), _forms(right, language)])
    return _token(key) if right else _forms(key.removesuffix("-"), language)


def _forms(stem: str, language: str) -> Presearch | None:
    if len(stem) > _LONGEST_STEM or not stem:
        return None
    return _token(stem) if language == NONE else Forms(stem, language)


def _token(term: str) -> Token | None:
    token = token_of(term)
    return Token(token) if token else None


def _size(asked: Presearch) -> int:
    return 1 + sum(map(_size, _parts(asked)))


def _depth(asked: Presearch) -> int:
    return 1 + max(map(_depth, _parts(asked)), default=0)


def _parts(asked: Presearch) -> tuple[Presearch, ...]:
    return asked.parts if isinstance(asked, AllOf | AnyOf) else ()


def forms_in(asked: Presearch) -> Iterator[Forms]:
    """Yield the stems whose words are to be looked up."""
    if isinstance(asked, Forms):
        yield asked
    for part in _parts(asked):
        yield from forms_in(part)
