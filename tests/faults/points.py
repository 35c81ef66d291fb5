"""Where the program can be killed exactly, in the process that is to die. The product knows nothing of it.

The file `armed` in a folder names a strike: its number, a point, and how often that has to be reached. Whichever process
gets there first dies as by ``kill -9``.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from monitor.fetch import HttpFetcher
from monitor.model import PollRecord
from monitor.notify import Notifier
from monitor.parse.pool import ParserPool
from monitor.store import Store, attempts, feeds

_reached: Counter[str] = Counter()


def arm(folder: Path, number: int, point: str, count: int) -> None:
    """Have whoever reaches a point first die there."""
    waiting = folder / "arming"
    waiting.write_text(f"{number}\n{point}\n{count}")
    waiting.rename(folder / "armed")


def disarm(folder: Path) -> None:
    """Have nobody die any more."""
    (folder / "armed").unlink(missing_ok=True)


def plant(folder: Path) -> None:
    """Have this process look at each point whether it is to die."""

    def reach(point: str) -> None:
        _reach(folder, point)

    _after(HttpFetcher, "fetch", lambda _: reach("after fetch"))
    _after(ParserPool, "parse", lambda _: reach("after parse"))
    _after(Store, "commit_poll", lambda given: _tells(given[1]) and reach("after commit"))
    _after(Notifier, "send", lambda _: reach("after send"))
    _after(Store, "record_attempt", lambda _: reach("after record"))
    _before(Notifier, "send", lambda: reach("before send"))
    # These two are asked for within the transaction, which ends with the process.
    _inside(feeds, "add_alerts", lambda given: any(told for _, told in given[1]) and reach("in a commit"))
    _inside(attempts, "record_attempts", lambda _: reach("in a record"))
    _after_claim(lambda: reach("after claim"))


def _reach(folder: Path, point: str) -> None:
    try:
        number, wanted, count = (folder / "armed").read_text().split("\n")
    except FileNotFoundError:
        return
    if point != wanted:
        return
    _reached[number] += 1
    if _reached[number] >= int(count) and _is_first(folder / f"struck-{number}"):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_first(mark: Path) -> bool:
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _tells(record: PollRecord) -> bool:
    return any(new.deliveries for new in record.entries)


def _after(owner: Any, name: str, then: Callable[[Sequence[Any]], object]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        then(args)
        return result

    setattr(owner, name, wrapped)


def _before(owner: Any, name: str, first: Callable[[], object]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        first()
        return await original(*args, **kwargs)

    setattr(owner, name, wrapped)


def _inside(owner: Any, name: str, then: Callable[[Sequence[Any]], object]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        # What is given once may be read once only.
        kept = [[*given] if name == "add_alerts" and place == 1 else given for place, given in enumerate(args)]
        result = original(*kept, **kwargs)
        then(kept)
        return result

    setattr(owner, name, wrapped)


def _after_claim(then: Callable[[], object]) -> None:
    original = Store.claim_messages

    @wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        claimed = await original(*args, **kwargs)
        if claimed:
            then()
        return claimed

    Store.claim_messages = wrapped  # type: ignore[method-assign]  # as all above, in a process that is meant to die
