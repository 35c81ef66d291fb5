"""A word or phrase of a query, made ready to be found in analysed text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.match.analysis import APOSTROPHES, HYPHENS, Token, analyse, joins
from monitor.match.fold import plain
from monitor.match.nodes import Phrase, Word

# What may stand around a word in a sentence. Any other symbol is part of the word: C++, C#, $100, 100%.
_AROUND = re.escape('.,;:!?…¿¡·•()[]{}<>/\\|*~_"“”„‟«»‹›‚＂' + APOSTROPHES + HYPHENS)
_LEAD = re.compile(rf"(?:[^\s{_AROUND}]+|(?<!\.)\.)\Z")
_TRAIL = re.compile(rf"[^\s{_AROUND}]+")
_LOOSE = re.compile(rf"[\s{re.escape(HYPHENS + APOSTROPHES)}]+")
_PAUSE = re.compile('[,;!?…()"“”„«»]+')


class Step(NamedTuple):
    """One way on through a pattern: the form to find next, and the place in the pattern it leads to.

    `lead` and `trail` must touch the form, as the signs of `.NET` and `C++` do. `glue` must stand between
    it and the form before (hyphens, apostrophes and blanks aside): `&` in `AT&T`; None allows anything.
    `whole`: the text must have written the form as one word.
    """

    form: str
    to: int
    lead: str
    trail: str
    glue: str | None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Forms to be found one after the other. `steps[n]` are the ways on from place n; the last place ends it."""

    steps: tuple[tuple[Step, ...], ...]

    @property
    def beginnings(self) -> frozenset[str]:
        """The forms with which it can begin."""
        return frozenset(step.form for step in self.steps[0])


def phrase_pattern(phrase: Phrase) -> Pattern:
    """Return the pattern of the words in quotes: in this order, whatever punctuation is between them."""
    return _pattern(phrase.text)


def word_patterns(word: Word) -> tuple[Pattern, ...]:
    """Return the patterns of which one must be found for a bare word.

    After its own come those of the words it makes with its neighbours: `cease fire` also means `ceasefire`.
    """
    patterns = [_pattern(word.text)]
    if word.before is not None:
        patterns.extend(_side_by_side(word.before, word.text))
    if word.after is not None:
        patterns.extend(_side_by_side(word.text, word.after))
    return tuple(patterns)


def glue(gap: str) -> str:
    """Return what ties two parts of a word together, without hyphens, apostrophes and blanks."""
    return _LOOSE.sub("", plain(gap))


def _side_by_side(left: str, right: str) -> Iterator[Pattern]:
    analysis = analyse(f"{left} {right}")
    if len(analysis.tokens) == 2 and not (analysis.tokens[0].gap or analysis.tail):
        for _, _, form in joins(analysis.tokens):
            # Where the text writes two words, the patterns of the two find them.
            yield Pattern(((Step(form, 1, "", "", None, whole=True),),))


def _pattern(text: str) -> Pattern:
    analysis = analyse(text)
    tokens = analysis.tokens
    gaps = [*(token.gap for token in tokens), analysis.tail]
    steps = [[_step(tokens, gaps, place, place + 1, token.term)] for place, token in enumerate(tokens)]
    for first, after, form in joins(tokens):
        inner = gaps[first + 1 : after]
        # U.S. must not become the pronoun; parts tied by a sign are as they are written.
        if not any(map(glue, inner)):
            steps[first].append(_step(tokens, gaps, first, after, form))
    return Pattern(tuple(map(tuple, steps)))


def _step(tokens: Sequence[Token], gaps: Sequence[str], first: int, after: int, form: str) -> Step:
    before, behind = gaps[first], gaps[after]
    lead = trail = ""
    if _separates(before) or first == 0:
        found = _LEAD.search(before)
        # Only a letter makes the dot a part of the word: .NET, but not .5
        lead = found[0] if found and (found[0] != "." or tokens[first].term[0].isalpha()) else ""
    if _separates(behind) or after == len(tokens):
        sign = _TRAIL.match(behind)
        trail = sign[0] if sign else ""
    return Step(form, after, plain(lead), plain(trail), _required_glue(before) if first else None)


def _separates(gap: str) -> bool:
    return any(map(str.isspace, gap))


def _required_glue(gap: str) -> str | None:
    """Return what must tie the parts, or None where the query itself has a blank or a pause."""
    if _separates(gap) or _PAUSE.fullmatch(gap):
        return None
    return glue(gap)
