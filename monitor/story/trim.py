"""A title without what stands around the headline: "Breaking:", "UPDATE 2-", " - The Guardian", ": officials"."""

import re

from monitor.match.fold import fold
from monitor.story.words import LEAD_INS
from monitor.story.words.lexicon import Lexicon

_LEAD_IN = re.compile(r"\W{0,9}([^:|–—]{2,24}?)\s*(?::\s|[|]|\s[-–—]\s)\s*")
_UPDATE = re.compile(r"(?:[^\W\d]+[-–])?update \d+\s?[-–:]\s*", re.IGNORECASE)
_TAIL = re.compile(r"\s+[-–—|]\s+([^-–—|]{2,40})$")
_SOURCE = re.compile(r":\s+\S+(?: \S+)?$")
_MOST_PUBLISHER_WORDS = 4

# What is shorter is half a headline, not one with its publisher or source behind it. Characters, and words.
_SHORTEST_HEAD = 12
_FEWEST_HEAD_WORDS = 4


def core(title: str, lexicon: Lexicon) -> tuple[int, int, str]:
    """Return where the headline proper begins and ends, and the section named before or behind it, or ""."""
    start, before = _start(title, lexicon)
    end, behind = _end(title, start, lexicon)
    source = _SOURCE.search(title, start, end)
    if source is not None and len(title[start : source.start()].split()) >= _FEWEST_HEAD_WORDS:
        end = source.start()
    return start, end, before or behind


def _start(title: str, lexicon: Lexicon) -> tuple[int, str]:
    start, section = 0, ""
    while (found := _LEAD_IN.match(title, start)) is not None:
        lead_in = fold(found[1])
        if lead_in in lexicon.sections:
            section = lead_in
        elif lead_in not in LEAD_INS:
            break
        start = found.end()
    update = _UPDATE.match(title, start)
    return update.end() if update else start, section


def _end(title: str, start: int, lexicon: Lexicon) -> tuple[int, str]:
    end, section = len(title), ""
    while (found := _TAIL.search(title, start, end)) is not None:
        tail = fold(found[1])
        if tail in lexicon.sections:
            section = tail
        elif tail not in LEAD_INS and not _is_publisher(found[1], title[start : found.start()]):
            break
        end = found.start()
    return end, section


def _is_publisher(tail: str, head: str) -> bool:
    """Is what stands behind the dash after `head` a name: of the publisher, or of who says so?"""
    parts = tail.split()
    return (
        len(head) >= _SHORTEST_HEAD
        and len(parts) <= _MOST_PUBLISHER_WORDS
        and not any(part[0].islower() or part[0].isdigit() for part in parts if part not in ("of", "the"))
    )
