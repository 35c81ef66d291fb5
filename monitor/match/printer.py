"""A tree back into the text of a query, spelled always the same, with no more parentheses than it needs."""

import re
from itertools import pairwise

from monitor.match.nodes import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word

# How tightly each binds; what binds less tightly than its place asks for needs parentheses.
_OR, _AND, _NOT, _NEAR, _TERM = range(5)
_SLASH_OR_PAIR = re.compile(r"\\.|/", re.DOTALL)


def print_query(node: Node) -> str:
    """Return the text of which `parse_query` makes `node`."""
    return _printed(node, _OR)


def _printed(node: Node, place: int) -> str:
    text, power = _spelled(node)
    return text if power >= place else f"({text})"


def _spelled(node: Node) -> tuple[str, int]:
    """Return the text of `node` and how tightly it binds."""
    match node:
        case Or(parts):
            return " OR ".join(_printed(part, _AND) for part in parts), _OR
        case And(parts):
            return _conjunction(parts), _AND
        case Not(part):
            return f"NOT {_printed(part, _NOT)}", _NOT
        case In(field, part):
            return f"{field}:{_printed(part, _TERM)}", _TERM
        case Near(parts, distance):
            return _near(parts, distance)
        case _:
            return _leaf(node), _TERM


def _conjunction(parts: tuple[Node, ...]) -> str:
    text = _printed(parts[0], _NOT)
    for left, right in pairwise(parts):
        # A blank between two words makes them neighbours.
        apart = isinstance(left, Word) and isinstance(right, Word) and left.after is None
        text += (" AND " if apart else " ") + _printed(right, _NOT)
    return text


def _near(parts: tuple[Node, ...], distance: int) -> tuple[str, int]:
    words = [part.text for part in parts if isinstance(part, Phrase) and len(part.text.split()) == 1]
    if len(words) == len(parts):
        return f'"{" ".join(words)}"~{distance}', _TERM
    return f" NEAR/{distance} ".join(_printed(part, _TERM) for part in parts), _NEAR


def _leaf(leaf: Word | Phrase | Prefix | Exact | Regex) -> str:
    match leaf:
        case Word(text):
            return text
        case Phrase(text):
            return f'"{text}"'
        case Prefix(text):
            return f"{text}*"
        case Exact(text):
            return f'="{text}"'
        case Regex(pattern, ignore_case):
            escaped = _SLASH_OR_PAIR.sub(lambda found: "\\/" if found[0] == "/" else found[0], pattern)
            return f"/{escaped}/{'i' if ignore_case else ''}"
