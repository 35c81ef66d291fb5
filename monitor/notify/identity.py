"""What a message is known by at the other side, so that a second copy can be told from a second message."""

import hashlib
import uuid

from monitor.model import Message


def identity(message: Message) -> str:
    """Return 32 hexadecimal digits: the same each time that this very message is sent, else another.

    What it says counts beside its key: a database that began anew gives the keys of the old one again.
    """
    if message.key is None:
        return uuid.uuid4().hex
    return digest(message.key, message.title, message.body)


def digest(*parts: str) -> str:
    """Return 32 hexadecimal digits for `parts`."""
    whole = "\0".join(parts).encode(errors="replace")
    return hashlib.sha256(whole).hexdigest()[:32]
