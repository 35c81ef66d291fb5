"""systemd/news-monitor.service: what systemd says of it, and the real program under what it forbids."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import daemon
from monitor.pipeline import pulse
from tests.support import seccomp
from tests.support.daemon import REPOSITORY

UNIT = REPOSITORY / "systemd" / "news-monitor.service"
WORST_SCORE = 2.0

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def settings(key: str) -> list[str]:
    """All values of `key` in the unit, in their order."""
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text(encoding="utf-8"), flags=re.MULTILINE)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def verify(unit: str, folder: Path) -> str:
    """What systemd has against `unit` (nothing, if all is well), with the program standing in for the installed one."""
    program = settings("ExecStart")[0].split()[0]
    file = folder / UNIT.name
    file.write_text(unit.replace(program, sys.executable), encoding="utf-8")
    verified = analyze("verify", "--man=no", str(file))
    return verified.stdout + verified.stderr


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    assert verify(UNIT.read_text(encoding="utf-8"), tmp_path) == ""


def test_a_misspelt_key_would_be_found(tmp_path: Path) -> None:
    misspelt = UNIT.read_text(encoding="utf-8").replace("WatchdogSec=", "WatchdogSecs=")

    assert "WatchdogSecs" in verify(misspelt, tmp_path)


def test_the_service_is_exposed_to_little() -> None:
    told = analyze("security", "--offline=true", "--no-pager", str(UNIT)).stdout
    score = re.search(r"Overall exposure level for news-monitor\.service: ([\d.]+)", told)

    assert score is not None, told
    assert float(score[1]) <= WORST_SCORE


def test_a_stop_leaves_sends_the_time_that_the_daemon_gives_them() -> None:
    assert int(settings("TimeoutStopSec")[0].removesuffix("s")) >= daemon.PATIENCE.total_seconds() + 10


def test_the_watchdog_is_slower_than_the_daemons_own_judgement_of_its_crews() -> None:
    assert int(settings("WatchdogSec")[0].removesuffix("min")) * 60 > pulse.ALIVE_WITHIN.total_seconds()


def test_the_configuration_is_read_where_it_is_edited_and_a_reload_reads_it_again() -> None:
    assert settings("ExecStart")[0].endswith("run --config /etc/news-monitor/config.toml")
    assert settings("ExecReload") == ["/bin/kill -HUP $MAINPID"]


def test_secrets_reach_the_service_as_credentials() -> None:
    unit = UNIT.read_text(encoding="utf-8")

    assert "#LoadCredential=slack_url:/etc/news-monitor/slack_url" in unit
    assert settings("LoadCredential") == []


def test_a_mistake_in_the_configuration_does_not_start_it_again_and_again() -> None:
    assert settings("Restart") == ["on-failure"]
    assert settings("RestartPreventExitStatus") == ["2"]


def test_the_program_works_within_the_system_calls_memory_and_sockets_that_the_unit_leaves_it() -> None:
    allowed = seccomp.system_calls(settings("SystemCallFilter"))
    families = settings("RestrictAddressFamilies")[0].split()
    command = [sys.executable, "-m", "monitor", "demo", "--seconds", "9"]

    done = seccomp.run(command, allowed=allowed, families=families)

    assert done.returncode == 0, done.stderr
    assert "cease-fire in Ukraine" in done.stdout.partition("published: Envoys meet")[2], done.stdout
    assert done.stderr == ""


def test_what_the_unit_forbids_is_forbidden_in_that_test() -> None:
    allowed = seccomp.system_calls(settings("SystemCallFilter"))
    families = settings("RestrictAddressFamilies")[0].split()
    attempt = "import os, socket; os.chroot('/')"

    done = seccomp.run([sys.executable, "-c", attempt], allowed=allowed, families=families)
    sockets = seccomp.run(
        [sys.executable, "-c", "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"],
        allowed=allowed,
        families=families,
    )

    assert "PermissionError" in done.stderr
    assert "Address family not supported" in sockets.stderr
