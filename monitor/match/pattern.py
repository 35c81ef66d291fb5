"""A word or phrase of a query, made ready to be found in analysed text."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.match.analysis import (
    APOSTROPHES,
    HYPHENS,
    Token,
    analyse,
    as_written,
    glue,
    is_joinable,
    is_plain,
    is_spaceless,
    joins,
)
from monitor.match.fold import fold, plain
from monitor.match.keys import asked_keys
from monitor.match.stems import stem, stems

# What may stand around a word in a sentence. Any other symbol is part of the word: C++, C#, $100, 100%.
_AROUND = re.escape('.,;:!?…¿¡·•()[]{}<>/\\|*~_"“”„‟«»‹›‚＂' + APOSTROPHES + HYPHENS)
_LEAD = re.compile(rf"(?:[^\s{_AROUND}]+|(?<!\.)\.)\Z")
_TRAIL = re.compile(rf"[^\s{_AROUND}]+")
_PAUSE = re.compile('[,;!?…()"“”„«»]+')


class Step(NamedTuple):
    """One way on through a pattern: the form to find next, and the place in the pattern it leads to.

    The form is looked for under `keys`. `lead` and `trail` must touch it, as the signs of `.NET` and `C++` do.
    `glue` must stand between it and the form before (hyphens, apostrophes and blanks aside): `&` in `AT&T`;
    None allows anything.
    """

    form: str
    keys: tuple[str, ...]
    to: int
    lead: str = ""
    trail: str = ""
    glue: str | None = None


class Pattern(NamedTuple):
    """Forms to be found one after the other, under keys of `language`.

    `steps[n]` are the ways on from place n; the last place ends it. `beginnings` are the keys it can begin with;
    a text with one of them needs no second look when the pattern is `single`.
    """

    language: str
    steps: tuple[tuple[Step, ...], ...]
    beginnings: tuple[str, ...]
    single: bool


class _Ways(NamedTuple):
    """A text in tokens, the gaps around them, and from each the forms to find next, with the place that each leads to."""

    tokens: Sequence[Token]
    gaps: Sequence[str]
    forms: Sequence[Sequence[tuple[str, int]]]


def make_pattern(text: str, language: str) -> Pattern:
    """Return the pattern of words in this order, whatever punctuation is between them."""
    tokens, gaps, ways = _ways(text)
    steps = tuple(
        tuple(_step(tokens, gaps, first, Step(form, asked_keys(form, language), to)) for form, to in forms)
        for first, forms in enumerate(ways)
    )
    step = steps[0][0]
    if len(steps[0]) == 1:
        single = len(steps) == 1 and not (step.lead or step.trail)
        return Pattern(language, steps, step.keys, single)
    return Pattern(
        language, steps, tuple(dict.fromkeys(key for step in steps[0] for key in step.keys)), False
    )


def passed(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the forms of which one is in every text that has the words of `text`, for each place of their pattern.

    Every way through a pattern passes over each of its places.
    """
    ways = _ways(text).forms
    for place in range(len(ways)):
        yield tuple(form for forms in ways[: place + 1] for form, to in forms if to > place)


def spaceless_pairs(text: str) -> Iterator[str]:
    """Yield the keys of two characters side by side that are in every text that has the words of `text`."""
    if text.isascii():
        return
    tokens, _, ways = _ways(text)
    for left, right in pairwise(tokens) if all(len(forms) == 1 for forms in ways) else ():
        if is_spaceless(left.term) and is_spaceless(right.term) and _required_glue(right.gap) == "":
            yield left.term + right.term


def single_pattern(keys: tuple[str, ...], language: str) -> Pattern:
    """Return the pattern of one word that has one of `keys`."""
    return Pattern(language, ((Step("", keys, 1),),), keys, True)


def keys_beside(left: str, right: str, language: str) -> tuple[str, ...]:
    """Return the keys of the word that two make: `cease fire` also means `ceasefire`.

    Where a text writes two words, the patterns of the two find them.
    """
    if is_plain(left) and is_plain(right):  # most are
        left, right = fold(left), fold(right)
        return (stem(left + right, language),) if is_joinable(left) and is_joinable(right) else ()
    analysis = analyse(f"{left} {right}")
    if len(analysis.tokens) != 2 or analysis.tokens[0].gap or analysis.tail:
        return ()
    return tuple(key for _, _, joined in joins(analysis.tokens) for key in stems(joined, language))


def _ways(text: str) -> _Ways:
    analysis = analyse(text)
    tokens = analysis.tokens
    gaps = [*(token.gap for token in tokens), analysis.tail]
    ways = [[(as_written(text, token), place + 1)] for place, token in enumerate(tokens)]
    for first, after, joined in joins(tokens):
        # U.S. must not become the pronoun; parts tied by a sign are as they are written.
        if not any(map(glue, gaps[first + 1 : after])):
            ways[first].append((joined, after))
    return _Ways(tokens, gaps, ways)


def _step(tokens: Sequence[Token], gaps: Sequence[str], first: int, step: Step) -> Step:
    before, behind = gaps[first], gaps[step.to]
    lead = trail = ""
    if _separates(before) or first == 0:
        found = _LEAD.search(before)
        # Only a letter makes the dot a part of the word: .NET, but not .5
        lead = found[0] if found and (found[0] != "." or tokens[first].term[0].isalpha()) else ""
    if _separates(behind) or step.to == len(tokens):
        sign = _TRAIL.match(behind)
        trail = sign[0] if sign else ""
    required = _required_glue(before) if first else None
    return step._replace(lead=plain(lead), trail=plain(trail), glue=required)


def _separates(gap: str) -> bool:
    return any(map(str.isspace, gap))


def _required_glue(gap: str) -> str | None:
    """Return what must tie the parts, or None where the query itself has a blank or a pause."""
    if _separates(gap) or _PAUSE.fullmatch(gap):
        return None
    return glue(gap)
