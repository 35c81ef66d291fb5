"""The tree of a query into what can be held against entries."""

from monitor.match.analysis import analyse
from monitor.match.clauses import Beside, Condition, Opposite, Several, Term
from monitor.match.fields import Fields, fields
from monitor.match.finders import (
    Anchor,
    DomainFinder,
    ExactFinder,
    Finder,
    Kind,
    LanguageFinder,
    PlacesFinder,
    PrefixFinder,
    RegexFinder,
    WordFinder,
    letters,
)
from monitor.match.fold import fold
from monitor.match.near import NearFinder
from monitor.match.nodes import And, Exact, In, Leaf, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.pattern import keys_beside, make_pattern
from monitor.match.printer import print_query
from monitor.match.reading import NAMES, primary
from monitor.match.regex import compile_regex
from monitor.match.regex_part import required_part
from monitor.match.stems import NONE
from monitor.match.vocabulary import Vocabulary
from monitor.model import TextField


class Compiler:
    """Makes tests of the nodes of many queries, whose words are of one language; equal words share theirs."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.vocabulary = Vocabulary(language)
        self._sought: dict[Node | str, tuple[Finder, tuple[tuple[int, ...], ...], bool]] = {}
        self._beside: dict[tuple[str, str], tuple[Beside, ...]] = {}

    def test(self, node: Node, where: Fields) -> Condition:
        """Return the test of `node`, whose terms are looked for in `where` unless they have a field of their own."""
        match node:
            case And(parts) | Or(parts):
                tests = sorted((self.test(part, where) for part in parts), key=_effort)
                return Several(tuple(tests), isinstance(node, And))
            case Not(part):
                return Opposite(self.test(part, where))
            case In(field, part):
                return self.test(part, fields((field,)))
            case _:
                return self._term(node, where)

    def _term(self, leaf: Leaf | Near, where: Fields) -> Condition:
        beside = self._words_beside(leaf) if isinstance(leaf, Word) else ()
        if NAMES.isdisjoint(where.names):
            return self._leaf(leaf, where, beside)
        tests: list[Condition] = [
            self._name(leaf, field) or self._leaf(leaf, fields((field,)))
            for field in where.names
            if field in NAMES
        ]
        others = fields(set(where.names) - NAMES)
        if others.names:
            tests.append(self._leaf(leaf, others, beside))
        return tests[0] if len(tests) == 1 else Several(tuple(tests), every=False)

    def _name(self, leaf: Leaf | Near, field: TextField) -> Term | None:
        """Return the test of a host or a language by its name, None for what is no name."""
        finder = _name_finder(leaf, field)
        return Term(finder, fields((field,)), self.vocabulary) if finder else None

    def _words_beside(self, word: Word) -> tuple[Beside, ...]:
        found: tuple[Beside, ...] = ()
        if word.before is not None:
            found += self._pair(word.before, word.text)
        if word.after is not None:
            found += self._pair(word.text, word.after)
        return found

    def _pair(self, left: str, right: str) -> tuple[Beside, ...]:
        if (left, right) not in self._beside:
            keys = keys_beside(left, right, self._language)
            beside: tuple[Beside, ...] = ()
            if keys:
                number = self.vocabulary.number(Anchor(Kind.KEY, keys))
                beside = (Beside(f"{left} {right}", keys, self._language, number),)
            self._beside[left, right] = beside
        return self._beside[left, right]

    def _leaf(self, leaf: Leaf | Near, where: Fields, beside: tuple[Beside, ...] = ()) -> Term:
        key = leaf.text if isinstance(leaf, Word) else leaf
        sought = self._sought.get(key)
        if sought is None:
            finder = self._finder(leaf)
            sought = self._sought[key] = finder, self._needs(finder), self._is_certain(finder)
        finder, needs, certain = sought
        return Term(finder, where, self.vocabulary, needs, certain, beside)

    def _needs(self, finder: Finder) -> tuple[tuple[int, ...], ...]:
        options = finder.options(self._language)
        return tuple(tuple(map(self.vocabulary.number, option)) for option in options)

    def _is_certain(self, finder: Finder) -> bool:
        """Tell whether what `finder` needs is all that it looks for. Of a phrase, the anchors are stems."""
        if isinstance(finder, WordFinder):
            return finder.pattern.single and finder.pattern.language == self._language
        return isinstance(finder, PrefixFinder)

    def _finder(self, leaf: Leaf | Near) -> Finder:
        match leaf:
            case Regex(pattern, ignore_case):
                expression = compile_regex(pattern, ignore_case=ignore_case)
                part = "" if ignore_case else required_part(pattern)
                return RegexFinder(print_query(leaf), expression, part)
            case Near(parts, distance):
                finders = tuple(
                    tuple(map(self._words_finder, part.parts if isinstance(part, Or) else (part,)))
                    for part in parts
                )
                return NearFinder(print_query(leaf), finders, distance)
            case _:
                return self._words_finder(leaf)

    def _words_finder(self, leaf: Node) -> PlacesFinder:
        match leaf:
            case Word(text):
                return WordFinder(text, make_pattern(text, self._language))
            case Phrase(text):
                return WordFinder(print_query(leaf), make_pattern(text, NONE))
            case Exact(text):
                words = WordFinder(text, make_pattern(text, NONE))
                pieces = (text[token.start : token.end] for token in analyse(text).tokens)
                return ExactFinder(print_query(leaf), letters("".join(pieces)), words)
            case Prefix(text):
                return PrefixFinder(print_query(leaf), fold(text), self._language)
            case _:
                raise TypeError(f"{type(leaf).__name__} is no part of a NEAR")


def _effort(test: Condition) -> int:
    """Return the place of a test among those that are tried until one decides."""
    if isinstance(test, Term) and test.needs:
        return 0 if test.certain else 1
    return 2


def _name_finder(leaf: Leaf | Near, field: TextField) -> Finder | None:
    """Return what finds a host or a language by its name, None for what is no name."""
    if isinstance(leaf, Regex | Near):
        return None
    term = print_query(leaf)
    if field is TextField.SITE:
        return DomainFinder(term, leaf.text.lower().strip("."), isinstance(leaf, Prefix))
    return None if isinstance(leaf, Prefix) else LanguageFinder(term, primary(leaf.text))
