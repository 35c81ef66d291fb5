"""One daemon at a time on an SQLite database."""

import fcntl
import os
from pathlib import Path

from monitor.errors import StoreBusy, StoreError


class DaemonLock:
    """A lock on the file `path`, which the system lets go of when its holder ends, however it ends.

    The file stays: who deletes it could take it from under the next holder. Raises StoreBusy, StoreError.
    """

    def __init__(self, path: Path, label: str) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"{label}: can't write {path}: {error.strerror}; "
                "the folder must exist, and the user who runs news-monitor must be allowed to write there"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            if not isinstance(error, BlockingIOError):
                raise StoreError(
                    f"{label}: can't lock {path}: {error.strerror}; keep the database on a local disk"
                ) from error
            raise StoreBusy(
                f"{label}: in use by another news-monitor{f' (process {holder})' if holder else ''}; "
                "end that one, or give this one a database of its own"
            ) from None
        os.truncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._file)
