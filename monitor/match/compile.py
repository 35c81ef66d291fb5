"""The tree of a query into what can be held against entries."""

from collections import defaultdict

from monitor.match.analysis import analyse, is_plain
from monitor.match.clauses import Beside, Condition, Opposite, Several, Sought, Term
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
from monitor.match.pattern import keys_beside
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
        # The numbers of the vocabulary for what is asked for, and how many terms ask for each.
        self.numbers: dict[Anchor, int] = {}
        self.popularity: defaultdict[int, int] = defaultdict(int)
        self._known: dict[Node | str, Sought] = {}
        self._beside: dict[tuple[str, str], tuple[Beside, ...]] = {}

    def test(self, node: Node, where: Fields) -> Condition:
        """Return the test of `node`, whose terms are looked for in `where` unless they have a field of their own."""
        match node:
            case And(parts) | Or(parts):
                tests = sorted([self.test(part, where) for part in parts], key=_effort)
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
        return self._term_of(self._sought(finder), fields((field,))) if finder else None

    def _words_beside(self, word: Word) -> tuple[Beside, ...]:
        before = () if word.before is None else self._pair(word.before, word.text)
        after = () if word.after is None else self._pair(word.text, word.after)
        return before + after

    def _pair(self, left: str, right: str) -> tuple[Beside, ...]:
        beside = self._beside.get((left, right))
        if beside is None:
            keys = keys_beside(left, right, self._language)
            number = self.vocabulary.add(Anchor(Kind.KEY, keys)) if keys else None
            beside = () if number is None else (Beside(left, right, self._language, number),)
            self._beside[left, right] = beside
        return beside

    def _leaf(self, leaf: Leaf | Near, where: Fields, beside: tuple[Beside, ...] = ()) -> Term:
        key = leaf.text if isinstance(leaf, Word) else leaf
        sought = self._known.get(key)
        if sought is None:
            sought = self._known[key] = self._sought(_finder(leaf, self._language))
        return self._term_of(sought, where, beside)

    def _term_of(self, sought: Sought, where: Fields, beside: tuple[Beside, ...] = ()) -> Term:
        for need in sought.needs:
            for number in need:
                self.popularity[number] += 1
        return Term(sought, where, self.vocabulary, beside)

    def _sought(self, finder: Finder) -> Sought:
        needs = tuple(tuple(map(self._number, option)) for option in finder.options())
        return Sought(finder, needs, self._is_certain(finder))

    def _number(self, anchor: Anchor) -> int:
        number = self.numbers.get(anchor)
        if number is None:
            number = self.numbers[anchor] = self.vocabulary.add(anchor)
        return number

    def _is_certain(self, finder: Finder) -> bool:
        """Tell whether what `finder` needs is all that it looks for. Of a phrase, the anchors are stems."""
        if isinstance(finder, WordFinder):
            return finder.language == self._language and (is_plain(finder.text) or finder.pattern.single)
        return isinstance(finder, PrefixFinder)


def _finder(leaf: Leaf | Near, language: str) -> Finder:
    match leaf:
        case Regex(pattern, ignore_case):
            expression = compile_regex(pattern, ignore_case=ignore_case)
            part = "" if ignore_case else required_part(pattern)
            return RegexFinder(print_query(leaf), expression, part)
        case Near(parts, distance):
            finders = tuple(
                tuple(
                    _words_finder(word, language)
                    for word in (part.parts if isinstance(part, Or) else (part,))
                )
                for part in parts
            )
            return NearFinder(print_query(leaf), finders, distance)
        case _:
            return _words_finder(leaf, language)


def _words_finder(leaf: Node, language: str) -> PlacesFinder:
    match leaf:
        case Word(text):
            return WordFinder(text, text, language)
        case Phrase(text):
            return WordFinder(print_query(leaf), text, NONE)
        case Exact(text):
            words = WordFinder(text, text, NONE)
            pieces = (text[token.start : token.end] for token in analyse(text).tokens)
            return ExactFinder(print_query(leaf), letters("".join(pieces)), words)
        case Prefix(text):
            return PrefixFinder(print_query(leaf), fold(text), language)
        case _:
            raise TypeError(f"{type(leaf).__name__} is no part of a NEAR")


def _name_finder(leaf: Leaf | Near, field: TextField) -> Finder | None:
    """Return what finds a host or a language by its name, None for what is no name."""
    if isinstance(leaf, Regex | Near):
        return None
    term = print_query(leaf)
    if field is TextField.SITE:
        return DomainFinder(term, leaf.text.lower().strip("."), isinstance(leaf, Prefix))
    return None if isinstance(leaf, Prefix) else LanguageFinder(term, primary(leaf.text))


def _effort(test: Condition) -> int:
    """Return the place of a test among those that are tried until one decides."""
    if isinstance(test, Term) and test.sought.needs:
        return 0 if test.sought.certain else 1
    return 2
