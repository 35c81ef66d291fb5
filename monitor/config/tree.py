"""Parts of the plain tree for checks that see tables together: what has the wrong shape is skipped.

Its shape is reported by `wording.validate`: so a mistake in one table hides none in another.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from monitor.config.addresses import Address, read_address
from monitor.config.findings import Finding, Loc, Mistake, did_you_mean, quoted

Tree = Mapping[str, object]
# Where a table stands, as seen from another: "on line 7".
Place = Callable[[Loc, Loc], str]
# More are no help in a message.
_MOST_NAMES = 20


def tables(tree: Tree, listed: str) -> Iterator[tuple[int, Tree]]:
    """Yield the tables of a list with their positions; nothing when it is no list of tables."""
    for at, table in enumerate(items(tree, listed)):
        if isinstance(table, dict):
            yield at, table


def table(tree: Tree, name: str) -> Tree:
    """Return a table, an empty one when it is none."""
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def items(table: Tree, key: str) -> list[object]:
    """Return the elements of a list, none when it is no list."""
    found = table.get(key)
    return found if isinstance(found, list) else []


def texts(elements: Iterable[object]) -> Iterator[str]:
    """Yield those of `elements` that are text."""
    return (element for element in elements if isinstance(element, str))


def address_of(feed: Tree) -> Address | None:
    """Return a feed's address, None when it can't be read."""
    url = feed.get("url")
    try:
        return read_address(url) if isinstance(url, str) else None
    except Mistake:
        return None


def unknown_name(where: Loc, name: object, known: set[str], what: str, kind: str) -> Iterator[Finding]:
    """Find that `name` isn't among the `known` ones, which are a `kind`."""
    if isinstance(name, str) and name not in known:
        yield Finding(where, what, nearest(name, known, kind))


def nearest(name: str, known: set[str], kind: str) -> str:
    """Return advice: the name that was probably meant, and all that are known as long as they are few."""
    near = did_you_mean(name, known)
    hints = [f'did you mean "{near}"?'] if near else []
    if len(known) <= _MOST_NAMES:
        hints.append(f"{kind}: {quoted(known) or 'none'}")
    return " ".join(hints) or f"none of the {len(known)} {kind} is like it"
