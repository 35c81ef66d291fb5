"""Matrix, with transaction ids that name the message, and without calling anybody.

A homeserver ignores a second event under the same id. Apprise begins to count anew with each start, and with an access
token uses one id for all: the second message and all after it would be answered with 200 and shown to nobody.
"""

from datetime import datetime
from typing import Any

from apprise.plugins.matrix import NotifyMatrix

from monitor.model import Message
from monitor.notify.identity import identity
from monitor.notify.plugins.told import Told

_MESSAGE = "/send/m.room.message/"


class Matrix(Told, NotifyMatrix):
    """Sends a message under an id of its own, so that a second copy of it is not shown."""

    _transaction = 0

    def tell(self, message: Message, *, channel: str, now: datetime) -> None:
        """Take what is sent next."""
        super().tell(message, channel=channel, now=now)
        self._transaction = int(identity(message), 16)

    def _fetch(self, path: str, payload: Any = None, **rest: Any) -> Any:
        """Ask the homeserver; a message says that it means nobody, whose name ever stands in it."""
        if _MESSAGE in path and payload:
            payload = {**payload, "m.mentions": {}}
        return super()._fetch(path, payload=payload, **rest)

    @property
    def transaction_id(self) -> int:
        """Return the message's number, plus what was sent under it already."""
        return self._transaction

    @transaction_id.setter
    def transaction_id(self, value: object) -> None:
        """Let Apprise count on from the message's number, and begin nowhere else."""
        if value == self._transaction + 1:
            self._transaction += 1
