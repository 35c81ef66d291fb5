"""How many files and connections the system lets this process have open, and for how many polls that is enough."""

import resource
from contextlib import suppress

from monitor.pipeline.crew import SLOW_SHARE

# What is open besides polls: the database, parser processes and the page (about 25), articles and sends.
_BESIDE = 40


def raise_limit() -> None:
    """Have as many as the system allows: what a shell or a service manager gives at first is meant for smaller programs."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # a sandbox may forbid it
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def most_polls() -> int:
    """Return how many feeds may be polled at once, beside as many slow ones as a crew bears; at least one."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        limit = 1_000_000
    return max((limit - _BESIDE) // (1 + SLOW_SHARE), 1)
