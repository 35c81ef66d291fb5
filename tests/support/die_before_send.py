"""The program, killed as by ``kill -9`` at the moment when it would send: committed, and not yet sent."""

import os
import signal
from typing import NoReturn

from monitor.cli import main
from monitor.notify import Notifier


async def _die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive after SIGKILL")


if __name__ == "__main__":
    Notifier.send = _die  # type: ignore[method-assign, assignment] # planting the crash is what this file is for
    main()
