"""`db copy`: all that one database holds, in another one."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.cli.progress import bar

if TYPE_CHECKING:
    from monitor.model import Copied, DatabaseAddress

ToUrl = Annotated[str, typer.Argument(metavar="TO_URL", help="The database to write: an empty one.")]
FromUrl = Annotated[
    str, typer.Option("--from", metavar="URL", help="Copy this database, not that of the configuration.")
]


def copy(to: ToUrl, origin: FromUrl = "", config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Copy the database into another one: from SQLite into PostgreSQL, or back.

    URLs are as in the configuration: sqlite:///FILE or postgresql://USER@HOST/NAME, also with ${file:NAME} for a password (in single quotes, for the shell
    has other plans with it). All is read again there and compared; when something fails, the other database is as empty as before.
    To move, stop the monitor first: what it does meanwhile is not in the copy. Searches are slower until the monitor has filed all entries there anew.

    Example: news-monitor db copy 'postgresql://monitor:${file:db_password}@db.example/news'
    """
    from monitor.app import copying

    source, target = _ends(to, origin, config)
    with bar("copying") as progress:
        copied = copying.copy(source, target, progress, output.note)
    if as_json:
        told = {"rows": copied.rows, "total": copied.total, "running": copied.running}
        output.say_json({"from": source.label, "to": target.label, **told})
    else:
        _say(copied, source, target)
    return GOOD


def _ends(to: str, origin: str, config: Path) -> "tuple[DatabaseAddress, DatabaseAddress]":
    """Return where to copy from and to, and keep the passwords of both out of all output."""
    from monitor import log
    from monitor.app import copying

    target = copying.named("TO_URL", to, os.environ, config.parent)
    if origin:
        source = copying.named("--from", origin, os.environ, config.parent)
    else:
        source = copying.configured(load(config))
    secrets = source.secrets | target.secrets
    output.hide(secrets)
    log.set_up(json_lines=False, level="warning", secrets=secrets)
    return source.address, target.address


def _say(copied: "Copied", source: "DatabaseAddress", target: "DatabaseAddress") -> None:
    rows = [(Cell(name), Cell(f"{count:,}")) for name, count in sorted(copied.rows.items())]
    Grid([Column("Table"), Column("Rows", right=True)], [*rows]).say()
    output.say()
    output.say(f"{target.label} holds all of {source.label}: {output.count(copied.total, 'row')}, compared.")
    output.say("To go on with it, name it as `database` in the configuration, and start the monitor.")
