"""Waiting for what tells nobody when it comes."""

import time
from collections.abc import Callable


def wait_until(done: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Return whether it is `done` within so many seconds."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)  # processes that aren't our children, and databases, give no event
    return True
