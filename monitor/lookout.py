"""When may something have happened to files? Looks at folders; the one owner of watchfiles."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from watchfiles import awatch

# Not every change is heard of: of a network share, of a folder that is replaced, beyond the system's limit.
LOOK_EVERY = timedelta(seconds=10)
# What happens within so many milliseconds is one change; what never rests is one each second.
_REST, _LONGEST = 200, 1_000

_LOGGER = logging.getLogger("monitor")


async def look_out(
    folders: Callable[[], Iterable[Path]], *, but_for: Callable[[str], bool]
) -> AsyncIterator[None]:
    """Yield whenever something has happened in one of the folders, and each LOOK_EVERY in any case.

    `folders` is asked again each time; `but_for` tells which paths are nobody's business. Folders that can't be watched are looked at each
    LOOK_EVERY, which is told once.
    """
    told = ""
    while True:
        watched = _known(folders())
        try:
            async with aclosing(_changes([path for path, *_ in watched], but_for)) as changes:
                async for _ in changes:
                    yield
                    if _known(folders()) != watched:
                        break
        except (OSError, RuntimeError, ExceptionGroup) as error:  # the latter: what else the library meets
            if told != (told := str(error)):
                fields = {"detail": error, "looked_at": f"every {LOOK_EVERY.total_seconds():.0f}s"}
                _LOGGER.warning("changes of files aren't heard of at once", extra={"fields": fields})
            await asyncio.sleep(LOOK_EVERY.total_seconds())
        yield  # for what has happened since nobody watched


def _changes(folders: Iterable[Path], but_for: Callable[[str], bool]) -> AsyncGenerator[object, None]:
    return awatch(
        *folders,
        watch_filter=lambda _, path: not but_for(path),
        recursive=False,
        step=_REST,
        debounce=_LONGEST,
        rust_timeout=int(LOOK_EVERY.total_seconds() * 1_000),
        yield_on_timeout=True,
    )


def _known(folders: Iterable[Path]) -> list[tuple[Path, int, int]]:
    """Return the folders that exist, each as the very one that it is now."""
    found = []
    for folder in sorted(folders):
        try:
            stat = folder.stat()
        except OSError:
            continue
        found.append((folder, stat.st_dev, stat.st_ino))
    return found
