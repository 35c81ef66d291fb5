"""What the Dockerfile builds the image from; its steps are run here as far as they need no container engine."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.support.daemon import REPOSITORY

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")

IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    sys.modules[name] = None  # as if it weren't there
import monitor, resiliparse.parse.html, trafilatura
for module in pkgutil.walk_packages(monitor.__path__, "monitor."):
    if ".migrations" not in module.name and module.name != "monitor.__main__":
        importlib.import_module(module.name)
    print(module.name)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with what the Dockerfile copies, and nothing more."""
    folder = tmp_path / "source"
    folder.mkdir()
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, flags=re.MULTILINE):
        *names, target = line.split()
        for name in names:
            if (REPOSITORY / name).is_dir():
                shutil.copytree(REPOSITORY / name, folder / target)
            else:
                shutil.copy(REPOSITORY / name, folder / target)
    return folder


def pinned(requirements: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", requirements, flags=re.MULTILINE))


def needed(package: str) -> set[str]:
    """`package` and all that it requires, by their installed metadata."""
    names = {package}
    for requirement in requires(package) or ():
        name, _, marker = requirement.partition(";")
        if not marker:
            names |= needed(re.split(r"[^A-Za-z0-9._-]", name.strip())[0].lower())
    return names


def test_the_build_ignores_nothing_that_it_copies(source: Path) -> None:
    let_in = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line[:1] == "!"}

    assert {path.name for path in source.iterdir()} == let_in


def test_the_wheel_is_built_with_pinned_tools_that_are_complete(source: Path) -> None:
    program = re.search(r"awk '([^']*)'", DOCKERFILE)
    assert program is not None

    selected = subprocess.run(
        ["awk", program[1], "requirements-dev.txt"], cwd=source, capture_output=True, text=True, check=True
    ).stdout

    assert pinned(selected) == needed("hatchling")
    assert selected.count("==") < selected.count("--hash=sha256:")


def test_the_wheel_holds_the_whole_program(source: Path) -> None:
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run(
        [sys.executable, *build, "--wheel-dir", "wheel", "."], cwd=source, check=True, capture_output=True
    )
    (wheel,) = (source / "wheel").glob("news_monitor-*.whl")

    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("monitor/")}
        entry_points = archive.read(next(n for n in archive.namelist() if n.endswith("entry_points.txt")))
    files = {path.relative_to(source) for path in (source / "monitor").rglob("*") if path.is_file()}
    assert held == {path.as_posix() for path in files if path.suffix != ".pyc"}
    assert b"news-monitor = monitor.__main__:main" in entry_points


def test_the_program_does_without_the_parts_of_libraries_that_the_image_leaves_out() -> None:
    left_out = [path.replace("/", ".") for path in re.findall(r"-path \./(\S+)", DOCKERFILE)] + [
        "lxml.objectify"
    ]
    assert "sqlalchemy.testing" in left_out

    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *left_out], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert "monitor.store.reader" in done.stdout.split()
