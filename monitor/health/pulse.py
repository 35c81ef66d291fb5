"""Does the monitor do its work? Then its heartbeat may be sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

# A channel that fails for longer, while something waits for it, is work that isn't done.
LONGEST_FAILING = timedelta(minutes=15)


def hindered(stuck: Sequence[str], failing: Mapping[str, datetime], now: datetime) -> str:
    """Return what isn't done, "" when all is.

    `stuck` names the work that nobody has looked for since the last heartbeat, `failing` the channels that fail while
    something waits for them, and since when.
    """
    late = sorted(name for name, since in failing.items() if now - since > LONGEST_FAILING)
    said = [f"nobody has asked for work to {name}" for name in stuck]
    said += [f"the channel {name} fails, and something waits for it" for name in late]
    return "; ".join(said)
