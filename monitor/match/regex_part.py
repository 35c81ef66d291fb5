"""A part of a regular expression that is in every text it matches, to be looked for first."""

import re

_SHORTEST = 3

# What isn't a plain character of the outermost level; all of it is passed over, and ends a part.
_OTHER = re.compile(
    r"\\(?:[pP]\{[^}]*\}|[pP].|x\{[^}]*\}|x..|[0-7]{1,3}|.)"  # escapes
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"  # classes of characters
    r"|\{\d*,?\d*\}|[.^$]",
    re.DOTALL,
)
_OPTIONAL = re.compile(r".(?:[*?]|\{)", re.DOTALL)


def required_part(pattern: str) -> str:
    """Return the longest run of plain characters that a match must have, "" where that isn't plain to see.

    What stands in groups or beside a | isn't considered.
    """
    if "|" in pattern or "(?" in pattern or r"\Q" in pattern:
        return ""
    parts, depth, at = [""], 0, 0
    while at < len(pattern):
        if other := _OTHER.match(pattern, at):
            parts.append("")
            at = other.end()
            continue
        character = pattern[at]
        depth += (character == "(") - (character == ")")
        if character in "()*?{}+" or depth or _OPTIONAL.match(pattern, at):
            parts.append("")
        else:
            parts[-1] += character
        at += 1
    best = max(parts, key=len)
    return best if len(best) >= _SHORTEST else ""
