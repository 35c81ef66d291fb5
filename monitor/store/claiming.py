"""Claims one after the other, over all workers, and gives back what nobody knows of."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Table

from monitor.store.database import Database
from monitor.store.engine import Turn, take_turn
from monitor.store.leases import Claim, release

P = ParamSpec("P")
T = TypeVar("T")


class Claims:
    """How a worker claims rows of `table`: in a `turn`, for two that look for what is free at once would both find it.

    When the answer to a claim is lost, it may have been made, and nobody knows of which rows. The next one gives them back
    first. `lazily` is meant as by Database.
    """

    def __init__(self, database: Database, table: Table, turn: Turn, *, lazily: bool = False) -> None:
        self._worker = database.worker
        self._run = database.run_lazily if lazily else database.run
        self._table = table
        self._turn = turn
        self._unanswered: frozenset[str] = frozenset()

    async def __call__(
        self,
        now: datetime,
        lease: timedelta,
        work: Callable[Concatenate[Connection, Claim, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Have `work` lease rows and return what it does. Raises StoreError."""
        unanswered, self._unanswered = self._unanswered, frozenset()
        # This one may have a token of theirs: so they stay few, however often it fails.
        token = next(iter(unanswered), f"{self._worker}.{secrets.token_hex(8)}")

        def claim(connection: Connection) -> T:
            # A claim that the server is still at, though its connection has broken, has ended when it is our turn.
            take_turn(connection, self._turn)
            for lost in unanswered:
                release(connection, self._table, lost)
            return work(connection, Claim(now=now, lease=lease, token=token), *args, **kwargs)

        try:
            return await self._run(claim)
        except BaseException:  # nobody waits any more: that is no answer either
            self._unanswered |= unanswered | {token}
            raise
