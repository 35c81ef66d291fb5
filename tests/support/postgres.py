"""A PostgreSQL server of our own: started once per test process, thrown away at its end."""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

_NAMES = count(1)
# Ports to try: between the moment when one is found free and the start, another process may take it.
_TRIES = 5


@dataclass(frozen=True)
class PostgresServer:
    """A running server. Everything of it lies in `folder`; it forgets durability for speed."""

    pg_ctl: Path
    folder: Path
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://monitor@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template0", encoding: str = "UTF8") -> str:
        """Create a database, a copy of `template`, and return its name."""
        name = f"test_{next(_NAMES)}"
        self.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def cut_connections(self, database: str) -> None:
        """End all connections to a database."""
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def crash(self) -> None:
        """Let all its processes die as they are, and start it again."""
        _run(self.pg_ctl, "restart", "-D", str(self.folder / "data"), "-m", "immediate", "-w")

    def stop(self) -> None:
        _run(self.pg_ctl, "stop", "-D", str(self.folder / "data"), "-m", "immediate", "-w")
        shutil.rmtree(self.folder)


@cache
def postgres_server() -> PostgresServer:
    """Return the server of this test process; skip the test where PostgreSQL isn't installed."""
    pg_ctl, initdb = _program("pg_ctl"), _program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="news-monitor-postgres-"))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        os.chown(folder, pwd.getpwnam(_ordinary_user()).pw_uid, -1)
    data = folder / "data"
    _run(initdb, "-D", str(data), "-U", "monitor", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
    port = next(port for port in (_free_port() for _ in range(_TRIES)) if _starts(pg_ctl, folder, port))
    server = PostgresServer(pg_ctl, folder, port)
    atexit.register(server.stop)
    return server


def _starts(pg_ctl: Path, folder: Path, port: int) -> bool:
    """Start the server, unless somebody else has taken the port since it was free."""
    # What it cleans up by itself, and when, would change plans and figures from one run to the next.
    options = f"-h 127.0.0.1 -p {port} -c fsync=off -c autovacuum=off -c unix_socket_directories=''"
    log = folder / "log"
    done = _done(pg_ctl, "start", "-D", str(folder / "data"), "-l", str(log), "-o", options, "-w")
    assert done.returncode == 0 or "Address already in use" in log.read_text(), log.read_text()
    return done.returncode == 0


def _program(name: str) -> Path:
    if on_path := shutil.which(name):
        return Path(on_path)
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not installed:
        pytest.skip(f"PostgreSQL is not installed: no {name} on PATH or in /usr/lib/postgresql/*/bin")
    return installed[-1]


def _ordinary_user() -> str:
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _run(program: Path, *arguments: str) -> None:
    done = _done(program, *arguments)
    assert done.returncode == 0, f"{program} {' '.join(arguments)}: {done.stdout}"


def _done(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        check=False,
        stdout=subprocess.PIPE if program.name == "initdb" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        user=_ordinary_user() if os.geteuid() == 0 else None,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
