"""The program within limits of the system: run as ``python -m tests.support.confined NAME=NUMBER,... ...`` with its arguments.

NAME is that of a limit of setrlimit(2), such as NOFILE. ``ROOT=0`` takes from a superuser the right to write wherever he wants to.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Sequence

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


def command(**limits: int) -> Sequence[str]:
    """Return what Python is to be called with for the program within such limits."""
    return ["-m", "tests.support.confined", ",".join(f"{name}={number}" for name, number in limits.items())]


def _limit(name: str, number: int) -> None:
    if name != "ROOT":
        which: int = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(which, (number, resource.getrlimit(which)[1]))
    elif os.geteuid() == number:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


if __name__ == "__main__":
    for limit in sys.argv[1].split(","):
        _name, _, _number = limit.partition("=")
        _limit(_name, int(_number))
    os.execv(sys.executable, [sys.executable, "-m", "monitor", *sys.argv[2:]])
