"""The program that other tests start warm is the one that a person starts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import warm


@pytest.mark.parametrize(
    "arguments", [["--help"], ["status"], ["check", "--config", "none.toml"], ["stauts"]]
)
def test_it_says_and_returns_what_the_command_does(tmp_path: Path, arguments: list[str]) -> None:
    command = ["-m", "monitor", *arguments]
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    cold = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )

    done = warm.run(command, cwd=tmp_path, env=env)

    assert (done.returncode, done.stdout, done.stderr) == (cold.returncode, cold.stdout, cold.stderr)


def test_it_has_its_own_environment_folder_and_descriptors_and_nothing_else(tmp_path: Path) -> None:
    code = (
        "import os, sys; print(os.getcwd(), sorted(os.environ), sorted(os.listdir('/proc/self/fd'))[:3], __name__)"
        ";print(len(os.listdir('/proc/self/fd')), sys.argv[1:]); sys.exit(7)"
    )
    (tmp_path / "told.py").write_text(code)

    done = warm.run(["-m", "told", "a", "b c"], cwd=tmp_path, env={"ONLY": "this"})

    first, second = done.stdout.splitlines()
    assert first == f"{tmp_path} ['ONLY'] ['0', '1', '2'] __main__"
    assert second == "4 ['a', 'b c']"  # the fourth is the listing's own
    assert done.returncode == 7


def test_a_signal_ends_it_as_any_process(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text("import signal; print('here', flush=True); signal.pause()")
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        with warm.Process(["-m", "waits"], cwd=tmp_path, env={}) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "here\n"
            assert process.poll() is None
            process.send_signal(number)
            assert process.wait(30) == -number


def test_without_a_server_it_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kills.py").write_text("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    server = warm._Server()
    monkeypatch.setattr(warm, "_server", lambda: server)

    for _ in range(2):
        with pytest.raises(AssertionError, match="that programs are forked from has ended"):
            warm.run(["-m", "kills"], cwd=tmp_path, env={})
