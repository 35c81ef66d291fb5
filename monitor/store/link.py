"""The one connection that reads and writes, and what is done through it."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from monitor.store.engine import Commit

T = TypeVar("T")


class Link:
    """Does one transaction after another, in one thread.

    The connection is kept between them: to take it from its pool each time takes as long as a statement. After an error
    it is given back, whatever state it is in.
    """

    def __init__(self, engine: Engine) -> None:
        """Take what `open_engine` returned; nothing is opened yet."""
        self._engine = engine
        self._connection: Connection | None = None

    def do(self, work: Callable[[Connection], T], commit: Commit = Commit.DURABLE) -> T:
        """Do work in a transaction, through a new connection when the server has closed the old one meanwhile."""
        self._connection = self._connection or self._engine.connect()
        self._connection.execution_options(commit=commit)
        try:
            with _begin(self._connection):
                return work(self._connection)
        except BaseException:
            self.close()
            raise

    def do_at_once(self, work: Callable[[Connection], None]) -> bool:
        """Do by the driver (`Prepared.run_by_driver`) what is one statement, where that is a transaction by itself: PostgreSQL.

        False where it isn't, when there is no connection yet, and after an error of the database: who then has `do` do it finds what
        is left of that error, or that it was done and only the answer lost.
        """
        connection = self._connection
        if connection is None or connection.dialect.name != "postgresql":
            return False
        try:
            work(connection)
        except connection.dialect.loaded_dbapi.Error as error:
            driver: Any = connection.connection.driver_connection
            if connection.dialect.is_disconnect(error, driver, None):
                connection.invalidate()
            self.close()
            return False
        return True

    def close(self) -> None:
        """Give the connection back. The next transaction takes one anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _begin(connection: Connection) -> RootTransaction:
    try:
        return connection.begin()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return connection.begin()
