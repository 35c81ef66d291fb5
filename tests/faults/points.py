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
from monitor.model import Message, PollRecord, SendOutcome
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

    def at(point: str) -> Callable[[], None]:
        return lambda: _reach(folder, point)

    _after(HttpFetcher, "fetch", at("after fetch"))
    _after(ParserPool, "parse", at("after parse"))
    _after(Store, "commit_poll", at("after commit"), when=lambda given, _: _tells(given[1]))
    _after(Store, "claim_messages", at("after claim"), when=lambda _, claimed: bool(claimed))
    _after(Notifier, "send", at("after send"))
    _after(Store, "record_attempt", at("after record"))
    _before_send(at("before send"))
    # All are called within a transaction, which ends with the process: a feed is changed first, its alerts are added last.
    _within(feeds, "_change_feeds", at("early in a commit"), when=lambda given: any(map(_tells, given[1])))
    _within(feeds, "add_alerts", at("late in a commit"), when=lambda given: any(told for _, told in given[1]))
    _within(attempts, "record_attempts", at("in a record"), when=lambda _: True)
    # Which is one statement, and stored when it has ended.
    _before(attempts, "record_at_once", at("in a record"))


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


def _always(*_: object) -> bool:
    return True


def _tells(record: PollRecord) -> bool:
    return any(new.deliveries for new in record.entries)


def _after(
    owner: Any, name: str, then: Callable[[], None], *, when: Callable[[Sequence[Any], Any], bool] = _always
) -> None:
    original = getattr(owner, name)

    @wraps(original)
    async def wrapped(*given: Any, **named: Any) -> Any:
        result = await original(*given, **named)
        if when(given, result):
            then()
        return result

    setattr(owner, name, wrapped)


def _within(
    owner: Any, name: str, then: Callable[[], None], *, when: Callable[[Sequence[Any]], bool]
) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*given: Any, **named: Any) -> Any:
        result = original(*given, **named)
        if when(given):
            then()
        return result

    setattr(owner, name, wrapped)


def _before(owner: Any, name: str, first: Callable[[], None]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*given: Any, **named: Any) -> Any:
        first()
        return original(*given, **named)

    setattr(owner, name, wrapped)


def _before_send(first: Callable[[], None]) -> None:
    send = Notifier.send

    async def wrapped(self: Notifier, channel: str, message: Message) -> SendOutcome:
        first()
        return await send(self, channel, message)

    Notifier.send = wrapped  # type: ignore[method-assign]  # as all above, in a process that is meant to die
