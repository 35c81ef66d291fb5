"""The program, killed as by ``kill -9`` when it has sent so many messages: the last of them is sent, and not yet recorded.

Run as ``python -m tests.support.die_after_send COUNT ...`` with the arguments of the program.
"""

import os
import signal
import sys

from monitor.cli import main
from monitor.model import Message, SendOutcome
from monitor.notify import Notifier

_send = Notifier.send
_left = 0


async def _send_or_die(self: Notifier, channel: str, message: Message) -> SendOutcome:
    global _left  # noqa: PLW0603 - the process is this test's own
    outcome = await _send(self, channel, message)
    _left -= 1
    if not _left:
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


if __name__ == "__main__":
    _left = int(sys.argv.pop(1))
    Notifier.send = _send_or_die  # type: ignore[method-assign] # planting the crash is what this file is for
    main()
