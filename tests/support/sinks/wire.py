"""What the sinks share: keeping and waiting for what arrives, and certificates."""

import ssl
import threading
from pathlib import Path
from typing import Generic, TypeVar

import trustme

T = TypeVar("T")


class Inbox(Generic[T]):
    """What a sink has received, in order, and a way to wait for it."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def all(self) -> list[T]:
        """Return everything received so far."""
        with self._changed:
            return list(self._items)

    def wait_for(self, n: int, timeout: float) -> list[T]:
        """Return everything received once it is `n` or more. Raises TimeoutError after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._items) >= n, timeout):
                raise TimeoutError(f"{len(self._items)} of {n} arrived within {timeout} s: {self._items}")
            return list(self._items)


class Authority:
    """A certificate authority of a test's own; `bundle` is the file that makes clients trust it."""

    def __init__(self, directory: Path) -> None:
        self._ca = trustme.CA()
        self.bundle = directory / "authority.pem"
        self._ca.cert_pem.write_to_path(str(self.bundle))

    def server_context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate for `names` (host names or addresses)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*names).configure_cert(context)
        return context
