"""Anchors, and the rules under each of them."""

from itertools import chain
from typing import NamedTuple

from monitor.match.finders import Anchor, Kind, domains
from monitor.match.lexicon import Memory, lexicon
from monitor.match.text import Text


class Post:
    """The rules under one anchor, by number.

    Of the anchors of a rule under `needed` an entry must have one. A rule is under `named` for a word it asks
    for, which may stand there already; under `perhaps` when that needs a second look.
    """

    __slots__ = ("named", "needed", "perhaps")

    def __init__(
        self, needed: tuple[int, ...] = (), named: tuple[int, ...] = (), perhaps: tuple[int, ...] = ()
    ) -> None:
        self.needed = needed
        self.named = named
        self.perhaps = perhaps

    def __add__(self, other: "Post") -> "Post":
        return Post(self.needed + other.needed, self.named + other.named, self.perhaps + other.perhaps)


class Roles(NamedTuple):
    """What becomes a Post."""

    needed: list[int]
    named: list[int]
    perhaps: list[int]


class Posts:
    """The posts of one field, or of title, summary and text together, by the names of their anchors."""

    def __init__(self, language: str, rules: dict[Anchor, Roles]) -> None:
        self._language = language
        self._words = lexicon(language).words
        self._keys: dict[str, Post] = {}
        self._prefixes: dict[str, Post] = {}
        self._parts: dict[str, Post] = {}
        of_kind = {Kind.KEY: self._keys, Kind.PREFIX: self._prefixes, Kind.PART: self._parts}
        for (kind, names), roles in rules.items():
            post = Post(*map(tuple, roles))
            posts = of_kind[kind]
            for name in names:
                posts[name] = posts[name] + post if name in posts else post
        self._longest_prefix = max(map(len, self._prefixes), default=0)
        self._of_word: Memory[tuple[Post, ...]] = Memory(self._read)

    def met(self, text: Text) -> set[Post]:
        """Return the posts whose anchors a text has."""
        posts = set(chain.from_iterable(map(self._of_word.__getitem__, text.words)))
        posts.update(self._keys[key] for key in self._keys.keys() & text.pairs(self._language))
        posts.update(post for part, post in self._parts.items() if part in text.raw)
        return posts

    def met_by_name(self, name: str) -> set[Post]:
        """Return the posts whose anchors a host or a language has."""
        return {self._keys[known] for _, known in domains(name) if known in self._keys}

    def _read(self, word: str) -> tuple[Post, ...]:
        """Return the posts of a word."""
        filed = self._words[word]
        posts = dict.fromkeys(self._keys[key] for key in filed.keys if key in self._keys)
        for term in filed.terms if self._prefixes else ():
            for size in range(1, min(len(term), self._longest_prefix) + 1):
                if term[:size] in self._prefixes:
                    posts[self._prefixes[term[:size]]] = None
        return tuple(posts)
