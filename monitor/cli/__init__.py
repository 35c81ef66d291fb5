"""The commands: they read options, call `monitor.app` or `monitor.daemon`, and print.

What a command needs is imported when it runs, so that ``--help`` is quick.
"""

from monitor.cli.program import main

__all__ = ["main"]
