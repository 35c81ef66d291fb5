"""A daemon's worth of store work in a process of its own, which then waits to be killed.

python -m tests.support.doomed URL: polls one feed, claims its delivery and a second feed, and
says "claimed"; then commits polls of a third feed for as long as it lives, saying each number after it.
"""

import asyncio
import sys
from datetime import timedelta
from itertools import count

from monitor.model import Secret
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.polls import (
    claim,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    watch,
)


async def work(url: str) -> None:
    store = await Store.open(Secret(url), label="db")
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1", "desk"))
    await claim_messages(store, "desk")
    await watch(store, feed_spec("b"))
    await claim_one(store)
    print("claimed", flush=True)  # noqa: T201 - the test reads it
    await watch(store, feed_spec("c"))
    for n in count():
        moment = NOON + timedelta(seconds=n)
        (feed,) = await claim(store, moment)
        entries = [new_entry(f"{n}.{i}", "log") for i in range(50)]
        await store.commit_poll(
            poll_record(feed, *entries, next_poll_at=moment + timedelta(seconds=1), detail=f"{n}")
        )
        print(n, flush=True)  # noqa: T201 - the test reads it


asyncio.run(work(sys.argv[1]))
