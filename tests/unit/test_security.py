"""What docs/security.md says of the code and of its dependencies."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from lxml import etree
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; .+)?$")
# The first versions without the last known hole in how they read bytes of strangers.
SOUND = {
    "h11": "0.16.0",  # CVE-2025-43859: chunks
    "idna": "3.7",  # CVE-2024-3651: names that take quadratic time
    "jinja2": "3.1.6",  # CVE-2025-27516
    "requests": "2.32.4",  # CVE-2024-47081: .netrc to others
    "starlette": "0.49.1",  # CVE-2025-62727: ranges that take quadratic time
    "urllib3": "2.6.0",  # CVE-2025-66418, CVE-2025-66471: what unpacks without end
}
STARTING = {"os.system", "os.popen", "os.execv", "os.spawnv", "eval", "exec", "compile"}


def pins(name: str) -> dict[str, str]:
    """Return the versions of a lock file; each requirement must be one, with hashes."""
    found = {}
    for entry in (ROOT / name).read_text().replace("\\\n", "").splitlines():
        requirement, *hashes = (part.strip() for part in re.split(r"\s--hash=", entry))
        match = PIN.match(requirement)
        assert match, entry[:80]
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)
        found[match[1]] = match[2]
    return found


def test_all_that_is_installed_is_pinned_by_version_and_hash() -> None:
    ours, all_of_them = (pins(name) for name in LOCKS)
    assert ours.items() <= all_of_them.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [(text, ours) for text in project["project"]["dependencies"]]
    wanted += [(text, all_of_them) for text in project["dependency-groups"]["dev"]]
    for text, locked in wanted:
        requirement = Requirement(text)
        name = requirement.name.lower().replace("_", "-")
        assert requirement.specifier.contains(locked[name]), f"{text} is locked at {locked[name]}"


@pytest.mark.parametrize("name", SOUND)
def test_parsers_are_newer_than_their_known_holes(name: str) -> None:
    assert Version(pins(LOCKS[0])[name]) >= Version(SOUND[name])
    assert Version(version(name)) >= Version(SOUND[name])


def test_the_parser_of_pages_is_newer_than_its_known_holes() -> None:
    assert etree.LIBXML_VERSION >= (2, 13, 8)


def test_nothing_starts_programs_or_runs_text() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {use}" for path in (ROOT / "monitor").rglob("*.py") for use in uses(path)
    }
    assert found == set()


def uses(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (
                name for name in names if name.split(".")[0] in ("subprocess", "pty", "marshal", "shelve")
            )
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in STARTING:
            yield ast.unparse(node.func)
