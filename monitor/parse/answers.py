"""What a parser process has answered, read as if a stranger had written it.

A document that takes a parser over (feedparser, expat, lxml and trafilatura are large, and two of them C) would answer
in the parser's name. A pickle can call whatever it names, so here it can name nothing but our words and times.
"""

import io
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

# What 5,000 entries at the end of all their limits come to, and more than any other document does.
LONGEST = 512 * 1024 * 1024

_OURS = "monitor.model."
_TIMES = {kind.__name__: kind for kind in (datetime, timedelta, timezone)}


class StrangeAnswer(Exception):
    """An answer that no parser of ours gives."""


def read_answer(answer: bytes) -> Any:
    """Return the value that was pickled. Raises StrangeAnswer."""
    try:
        return _Answer(io.BytesIO(answer)).load()
    except StrangeAnswer:
        raise
    except Exception as error:  # what can go wrong with a pickle that is none has no end
        raise StrangeAnswer("a parser process answered what can't be read") from error


class _Answer(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        if module == "datetime" and name in _TIMES:
            return _TIMES[name]
        # Without dots: a dotted name leads from a class of ours to all that its module imports.
        found = super().find_class(module, name) if module.startswith(_OURS) and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise StrangeAnswer(f"a parser process answered with {module}.{name}, which is no word of ours")
        return found
