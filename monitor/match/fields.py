"""The fields of an entry in which a term is looked for."""

from collections.abc import Iterable
from functools import cache

from monitor.model import TextField


class Fields:
    """Some fields, in their order.

    Of the same fields there is one instance, so that what was found there is quickly looked up. `headlines` has
    title and summary, as far as they are among them, and perhaps the page; it is for the time before that is there.
    `with_text`: the page is among them.
    """

    __slots__ = ("headlines", "names", "with_text")

    def __init__(self, names: frozenset[TextField]) -> None:
        self.names = tuple(name for name in TextField if name in names)
        self.with_text = TextField.TEXT in names
        early = names & {TextField.TITLE, TextField.SUMMARY}
        # What was found in all of WORDING is then looked up, not found again.
        rest = names - early
        is_found = not rest or (early and rest == {TextField.TEXT})
        self.headlines: Fields = self if is_found else _instance(early)


def fields(names: Iterable[TextField]) -> Fields:
    """Return the instance of these fields."""
    return _instance(frozenset(names))


@cache
def _instance(names: frozenset[TextField]) -> Fields:
    return Fields(names)


TITLE = fields((TextField.TITLE,))
# What is read as a text: all of it may be in the page, and nothing else can change by it.
WORDING = fields((TextField.TITLE, TextField.SUMMARY, TextField.TEXT))
