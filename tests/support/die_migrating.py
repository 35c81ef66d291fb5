"""The program, killed as by ``kill -9`` when it has changed the schema by so many statements.

Run as ``python -m tests.support.die_migrating COUNT ...`` with the arguments of the program.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

from monitor.cli import main

_left = 0


def _count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    global _left  # noqa: PLW0603 - the process is this test's own
    _left -= statement.lstrip().startswith(("CREATE", "ALTER", "DROP"))
    if not _left:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _left = int(sys.argv.pop(1))
    event.listen(Engine, "after_cursor_execute", _count)
    main()
