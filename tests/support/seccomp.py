"""Runs a program under a service's SystemCallFilter=, RestrictAddressFamilies= and MemoryDenyWriteExecute=.

systemd itself needs to be process 1 for that; the kernel and libseccomp, which systemd uses, don't.
"""

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence

_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE, _PR_MDWE_REFUSE_EXEC_GAIN = 38, 65, 1
_ALLOW, _EQUAL = 0x7FFF0000, 4


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("datum", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


def system_calls(lines: Iterable[str]) -> set[str]:
    """Return the system calls that SystemCallFilter= `lines` leave, by name."""
    groups = _groups()
    allowed: set[str] = set()
    for line in lines:
        named = _expanded(line.removeprefix("~").split(), groups)
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def run(
    command: Sequence[str], *, allowed: Collection[str], families: Collection[str]
) -> subprocess.CompletedProcess[str]:
    """Run `command` with these system calls and address families, and no memory that becomes executable."""
    order = json.dumps({"command": command, "allowed": sorted(allowed), "families": sorted(families)})
    return subprocess.run(
        [sys.executable, "-m", "tests.support.seccomp", order], capture_output=True, text=True, check=False
    )


def _groups() -> dict[str, list[str]]:
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True
    )
    groups: dict[str, list[str]] = {}
    members: list[str] = []
    for line in told.stdout.splitlines():
        if line.startswith("@"):
            members = groups.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.lstrip().startswith("#"):
            members.append(line.strip())
    return groups


def _expanded(names: Iterable[str], groups: dict[str, list[str]]) -> set[str]:
    calls: set[str] = set()
    for name in names:
        calls |= _expanded(groups[name], groups) if name.startswith("@") else {name}
    return calls


def _confine(allowed: Collection[str], families: Collection[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_MDWE, _PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel has no memory-deny-write-execute")
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    wanted = ctypes.c_void_p(library.seccomp_init(_refuse(errno.EPERM)))
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0 and name != "socket":  # negative: not of this machine
            library.seccomp_rule_add_array(wanted, _ALLOW, number, 0, None)
    opens = library.seccomp_syscall_resolve_name(b"socket")
    for family in socket.AddressFamily:
        verdict = _ALLOW if family.name in families else _refuse(errno.EAFNOSUPPORT)
        comparison = _Comparison(0, _EQUAL, family.value, 0)
        library.seccomp_rule_add_array(wanted, verdict, opens, 1, ctypes.byref(comparison))
    if library.seccomp_load(wanted):
        raise OSError("the kernel refuses the filter")


def _refuse(code: int) -> int:
    return 0x00050000 | code


if __name__ == "__main__":
    _order = json.loads(sys.argv[1])
    _confine(_order["allowed"], _order["families"])
    os.execvp(_order["command"][0], _order["command"])
