"""The part of a text that shows why it matched, on one line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.alert.graphemes import ELLIPSIS, cut_after, cut_before

Span = tuple[int, int]

# What overrides the direction of writing, and halves of surrogate pairs. The edge has removed them, as it
# has all controls; a message is the last place where they could do harm.
_HARMFUL = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]))
_CONTROLS = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))

_UNTIDY = re.compile(f"[{re.escape(''.join(sorted(_CONTROLS | _HARMFUL)))}]")

_MOST_WINDOWS = 3
_BREAK = f" {ELLIPSIS} "
# What a window that holds all matched words keeps free around them.
_MARGIN = 20


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of text, and the spans of the matched words in it, by position and without overlap."""

    text: str
    hits: tuple[Span, ...] = ()


def one_line(text: str) -> str:
    """Return `text` on one line: no controls, no direction overrides, single blanks."""
    return tidy(text, ()).text


def tidy(text: str, hits: Iterable[Span]) -> Excerpt:
    """Return the whole of `text` on one line, and where `hits` are in it."""
    # Texts that need no change, as most, are told from the others in a hundredth of the time that it takes to go through them.
    if not _UNTIDY.search(text) and " ".join(text.split()) == text:
        return Excerpt(text, _merged(hits))
    kept: list[str] = []
    places: list[int] = []
    for character in text:
        places.append(len(kept))
        if character.isspace() or character in _CONTROLS:
            if kept and kept[-1] != " ":
                kept.append(" ")
        elif character not in _HARMFUL:
            kept.append(character)
    line = "".join(kept).rstrip()
    places.append(len(kept))
    moved = ((min(places[start], len(line)), min(places[end], len(line))) for start, end in hits)
    return Excerpt(line, _merged(moved))


def excerpt(text: str, hits: Sequence[Span], width: int = 240) -> Excerpt:
    """Return what stands around `hits` in `text`, in at most `width` code points (40 or more).

    A text that fits is given whole. Otherwise up to three windows, around the first of each of the matched
    words, or the beginning when there is none; "…" stands where something was left out. Cuts fall between
    words, or at least between what a reader sees as characters.
    """
    line = tidy(text, hits)
    if len(line.text) <= width:
        return line
    shown, found = "", []
    windows = _windows(line, width)
    for start, end in windows:
        shown += _BREAK if shown else ELLIPSIS * (start > 0)
        offset = len(shown) - start
        inside = ((max(first, start), min(last, end)) for first, last in line.hits)
        found += [(first + offset, last + offset) for first, last in inside if first < last]
        shown += line.text[start:end]
    return Excerpt(shown + ELLIPSIS * (windows[-1][1] < len(line.text)), tuple(found))


def first_of_each(text: str, hits: Iterable[Span]) -> dict[str, Span]:
    """Return the first hit of each of the matched words, under the word in small letters."""
    return {text[start:end].casefold(): (start, end) for start, end in sorted(hits, reverse=True)}


def paragraphs(text: str, hits: Iterable[Span]) -> tuple[str, list[Span]]:
    """Return the lines of `text` that hold `hits`, with a mark where lines are left out, and the hits there."""
    shown, found = "", []
    end = 0
    for first, last in hits:
        if first >= end:
            start = text.rfind("\n", 0, first) + 1
            mark = _BREAK if shown and start > end + 1 else " " if shown else ""
            end = text.find("\n", last)
            end = len(text) if end < 0 else end
            offset = len(shown) + len(mark) - start
            shown += mark + text[start:end]
        found.append((first + offset, last + offset))
    return shown, found


def _windows(line: Excerpt, width: int) -> tuple[Span, ...]:
    groups = _anchors(line) or [(0, 0)]
    if groups[-1][1] - groups[0][0] <= width - 2 * _MARGIN:
        groups = [(groups[0][0], groups[-1][1])]
    share = width // len(groups) - len(_BREAK) - 1
    return _merged((_window(line.text, group, share) for group in groups), gap=len(_BREAK))


def _anchors(line: Excerpt) -> list[Span]:
    return sorted(first_of_each(line.text, line.hits).values())[:_MOST_WINDOWS]


def _window(text: str, group: Span, share: int) -> Span:
    """Return up to `share` code points of `text` around `group`, or the beginning of a longer group."""
    start, end = group
    if end - start > share:
        return start, cut_before(text, start + share, start + 1)
    left = max(0, min(start - (share - (end - start)) // 2, len(text) - share))
    return cut_after(text, left, start), cut_before(text, left + share, end)


def _merged(spans: Iterable[Span], gap: int = 0) -> tuple[Span, ...]:
    """Return the spans by position, those with up to `gap` between them as one, without empty ones."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
