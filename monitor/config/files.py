"""The files that a configuration is made of, each as it was when it was read."""

import glob
import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import fstat
from pathlib import Path


@dataclass(slots=True)
class Files:
    """Reads files, and knows them again.

    Two are equal when they were asked for the same and found the same. What is no regular file, such as a pipe, can be read once and is
    not known again. `exposed` are those that everybody on the machine may read.
    """

    exposed: set[Path] = field(default_factory=set, compare=False)

    # How much was read at most, and a digest of it; None: there was no such file to read.
    _contents: dict[Path, tuple[int, bytes | None]] = field(default_factory=dict)
    _listings: dict[tuple[Path, str], tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: Path, most: int = -1) -> bytes:
        """Return what a file holds, at most so many bytes. Raises OSError, and ValueError for a path that can be none."""
        self._contents[path] = most, None
        with path.open("rb") as opened:
            raw = opened.read(most)
            mode = fstat(opened.fileno()).st_mode
            if mode & stat.S_IROTH:
                self.exposed.add(path)
            if stat.S_ISREG(mode):
                self._contents[path] = most, hashlib.sha256(raw).digest()
            else:
                del self._contents[path]
        return raw

    def matching(self, pattern: str, folder: Path) -> tuple[str, ...]:
        """Return the names of the files that `pattern` takes, seen from `folder`, in order."""
        # Path.glob takes no absolute pattern.
        found = tuple(sorted(glob.glob(pattern, root_dir=folder)))  # noqa: PTH207 - as said above
        self._listings[folder, pattern] = found
        return found

    def as_now(self) -> "Files":
        """Return the same files as they are now."""
        now = Files()
        for folder, pattern in self._listings:
            now.matching(pattern, folder)
        for path, (most, _) in self._contents.items():
            now._read_again(path, most)
        return now

    def folders(self) -> frozenset[Path]:
        """Return the folders in which something happens when one of the files changes, as far as they exist."""
        return frozenset(folder.absolute() for folder in self._folders() if folder.is_dir())

    def _read_again(self, path: Path, most: int) -> None:
        self._contents[path] = most, None
        try:
            if path.is_file():
                self.read(path, most)
        except OSError:  # it is being replaced, or forbidden now
            self._contents[path] = most, None

    def _folders(self) -> Iterator[Path]:
        for path in self._contents:
            yield path.parent
            yield path.resolve().parent  # where a link leads
        for folder, pattern in self._listings:
            fixed = folder
            for part in Path(pattern).parts[:-1]:
                if glob.has_magic(part):
                    break
                fixed /= part
            yield fixed
