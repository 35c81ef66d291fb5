"""compose/: what it says fits the image, the program and itself. No container engine is needed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.support.daemon import REPOSITORY

FOLDER = REPOSITORY / "compose"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
CONFIG = (FOLDER / "config" / "config.toml").read_text(encoding="utf-8")
SLACK, PASSWORD = "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24, "1f2e3d4c5b6a"
MONITOR, DATABASE = COMPOSE["services"]["monitor"], COMPOSE["services"]["database"]


def check(folder: Path, secrets: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(FOLDER / "config" / "config.toml", folder)
    return subprocess.run(
        [sys.executable, "-m", "monitor", "check"],
        cwd=folder,
        env={"CREDENTIALS_DIRECTORY": str(secrets)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_configuration_is_good_with_the_secrets_that_it_hands_over(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in MONITOR["secrets"]:
        is_url = name.endswith("_url")
        (secrets / name).write_text(f"{SLACK if is_url else PASSWORD}\n")

    checked = check(tmp_path, secrets)

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "config.toml is good: 1 feed, 1 rule, 1 channel\n"


def test_every_secret_is_a_file_that_the_configuration_or_the_database_reads() -> None:
    named = set(re.findall(r"\$\{file:(\w+)\}", CONFIG))
    made = set(re.findall(r"> secrets/(\w+)", (FOLDER / "compose.yaml").read_text(encoding="utf-8")))

    assert named == set(MONITOR["secrets"]) == set(COMPOSE["secrets"]) == made
    assert DATABASE["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/database_password"
    assert MONITOR["environment"] == {"CREDENTIALS_DIRECTORY": "/run/secrets"}


def test_the_monitor_writes_nowhere_and_is_reached_from_this_machine_alone() -> None:
    assert MONITOR["read_only"] is True
    assert MONITOR["cap_drop"] == ["ALL"]
    assert MONITOR["ports"] == ["127.0.0.1:8765:8765"]
    assert all(volume.endswith(":ro") for volume in MONITOR["volumes"])
    assert "ports" not in DATABASE


def test_the_monitor_starts_when_the_database_answers() -> None:
    assert MONITOR["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert DATABASE["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
