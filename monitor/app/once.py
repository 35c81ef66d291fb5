"""All that is due is done once. Not in the daemon, which takes a scheduler and the page with it."""

import logging

from monitor import log
from monitor.app.running import open_app
from monitor.app.settings import tell_notes
from monitor.config import Settings


async def run_once(settings: Settings) -> bool:
    """Poll and deliver what is due, then return: True when nothing failed. What is held stays. Raises StoreError."""
    await tell_notes(settings)
    async with open_app(settings, spread=False) as app:
        await app.run_once()
        left = {name: count for name, count in (await app.backlog()).items() if count}
        done = {name.replace(" ", "_"): count for name, count in app.tally.counts.items()}
        log.event(logging.INFO, "done", **done, **left)
        return not app.tally.failed
