"""Language tags (RFC 5646)."""

import re

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_]{0,40})?")
# Undetermined, several, none, and one without a code.
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})


def primary_subtag(tag: str | None) -> str | None:
    """Return the language of a tag: "de" of ``de-AT`` and of ``DE_at``; None when it names none."""
    found = _TAG.fullmatch((tag or "").strip())
    language = found[1].lower() if found else ""
    return language if language not in ("", *_NO_LANGUAGE) else None
