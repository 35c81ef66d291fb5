"""Secrets."""

import re
from collections.abc import Iterable


class Secret:
    """A string that doesn't show itself: `str`, `repr` and format give ``***``; `reveal` the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be handed to the one library that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Redactor:
    """Replaces secrets by ``***`` in a text.

    Values of fewer than six characters stay: they would blank out ordinary words, and no real secret is
    this short.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: a secret may be part of another.
        known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """Return `text` without the secrets."""
        return self._secrets.sub("***", text) if self._secrets else text
