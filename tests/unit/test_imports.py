"""What a start doesn't wait for: libraries that take long to import and that the first polls do without."""

import subprocess
import sys

LATER = {
    "the page": ("starlette", "uvicorn", "jinja2"),
    "sending": ("apprise", "requests"),
    "migrating": ("alembic",),
    "reading articles": ("trafilatura",),
    "tables in a terminal": ("rich", "pygments"),
}


def test_the_daemon_begins_without_what_only_comes_later() -> None:
    program = "import sys, monitor.cli, monitor.daemon; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "httpx" in imported
    assert {name for names in LATER.values() for name in names} & imported == set()
