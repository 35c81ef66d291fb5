"""The fields of an entry in which a term is looked for."""

from collections.abc import Iterable
from functools import cache

from monitor.model import TextField


class Fields:
    """Some fields, in their order.

    Of the same fields there is one instance, so that what was found there is quickly looked up.
    """

    __slots__ = ("headlines", "names", "with_text")

    def __init__(self, names: frozenset[TextField]) -> None:
        self.names = tuple(name for name in TextField if name in names)
        self.with_text = TextField.TEXT in names
        early = names & {TextField.TITLE, TextField.SUMMARY}
        self.headlines: Fields = self if early == names else _instance(early)


def fields(names: Iterable[TextField]) -> Fields:
    """Return the instance of these fields."""
    return _instance(frozenset(names))


@cache
def _instance(names: frozenset[TextField]) -> Fields:
    return Fields(names)


# What the rules see of a text before its page is there, and then. The page can't change any other field.
HEADLINES = fields((TextField.TITLE, TextField.SUMMARY))
WORDING = fields((TextField.TITLE, TextField.SUMMARY, TextField.TEXT))
