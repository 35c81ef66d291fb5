"""`db size`, `db backup`, `db prune` and `db vacuum`: the database as a whole."""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.cli.progress import bar
from monitor.model import DatabaseSize, Part

if TYPE_CHECKING:
    from monitor.config import Settings

# What people know of.
_THINGS = {
    Part.TEXTS: "text",
    Part.REVISIONS: "revision",
    Part.ATTEMPTS: "attempt",
    Part.ALERTS: "alert",
    Part.NOTICES: "notice",
    Part.ENTRIES: "entry",
    Part.POLLS: "run of polls",
    Part.SEEN: "identity",
}

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what isn't kept any more.")]


def show_size(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Show how large the database and its tables are.

    What was pruned leaves free room in an SQLite file, which new rows fill again; db vacuum gives it back.

    Example: news-monitor db size --json
    """
    from monitor.app import upkeep

    found = upkeep.contents(load(config))
    if as_json:
        output.say_json({**found.size.in_bytes(), "rows": found.rows})
        return GOOD
    rows = [(Cell(name), Cell(f"{count:,}")) for name, count in sorted(found.rows.items())]
    Grid([Column("Table"), Column("Rows", right=True)], [*rows]).say()
    output.say()
    output.say(said_size(found.size))
    return GOOD


def back_up(
    file: Target, force: Force = False, config: Config = DEFAULT_CONFIG, as_json: Json = False
) -> int:
    """Copy the database to a file, also while the monitor runs.

    The copy is of one moment, only you can read it, and FILE appears when it is complete and found sound. To go back to it: stop
    the monitor, delete the files beside the database that end in -wal and -shm, copy FILE over it, and start the monitor. A database on a PostgreSQL server is copied by pg_dump.

    Example: news-monitor db backup /var/backups/news-monitor.db
    """
    from monitor.app import upkeep

    settings = load(config)
    if is_taken(file, force):
        return WRONG
    with bar("copying") as progress:
        size = upkeep.backup(settings, file, force=force, progress=progress)
    if as_json:
        output.say_json({"file": str(file), "bytes": size})
    else:
        output.say(f"{file} holds a copy of the database: {output.size(size)}.")
    return GOOD


def is_taken(file: Path, force: bool) -> bool:
    """Complain about a file that exists and isn't to be replaced."""
    taken = file.exists() and not force
    if taken:
        output.complain(f"{file} exists and is left as it is; name another file, or replace it: --force")
    return taken


def prune(dry_run: DryRun = False, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Take out now what is not kept any longer, as [keep] says.

    The running monitor does so by itself every few hours; this works beside it as well. What waits is never taken out.

    Example: news-monitor db prune --dry-run
    """
    from monitor.app import upkeep

    settings = load(config)
    if dry_run:
        counts = dict(upkeep.prunable(settings))
        _say_pruned(counts, as_json=as_json, done="prunable")
        return GOOD
    _say_pruned(_prune(settings), as_json=as_json, done="pruned")
    return GOOD


def _prune(settings: "Settings") -> Mapping[Part, int]:
    import asyncio

    from monitor.app import upkeep

    pruned: Counter[Part] = Counter()
    # Only who watches wants to know of how much.
    total = sum(count for _, count in upkeep.prunable(settings)) if sys.stderr.isatty() else 0
    with bar("pruning") as progress:

        def note(part: Part, count: int) -> None:
            pruned[part] += count
            done = sum(pruned.values())
            progress(done, max(total, done))

        asyncio.run(upkeep.prune(settings, note))
    return pruned


def _say_pruned(counts: Mapping[Part, int], *, as_json: bool, done: str) -> None:
    if as_json:
        output.say_json({done: {part.value: count for part, count in counts.items()}})
        return
    said = ", ".join(_counted(part, count) for part, count in counts.items() if count and part in _THINGS)
    if said:
        output.say(f"{done}: {said}")
    else:
        output.say("Nothing to prune: all is kept for as long as [keep] in the configuration says.")


def _counted(part: Part, count: int) -> str:
    if part is Part.POLLS:
        return f"{count:,} {'run' if count == 1 else 'runs'} of polls"
    return output.count(count, _THINGS[part])


def vacuum(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Give the room of what was pruned back to the disk.

    SQLite writes its file anew, which takes as much room again for a while; the monitor has to be stopped. It is worth it after [keep]
    was shortened by much: in daily life the room is filled again. PostgreSQL makes the room fit for new rows, while the monitor runs.

    Example: news-monitor db vacuum
    """
    from monitor.app import upkeep

    def begun(table: str) -> None:
        if sys.stderr.isatty():
            output.complain(f"{table or 'the file'} is worked on ...")

    settings = load(config)
    before, after = upkeep.give_back(settings, begun)
    if as_json:
        output.say_json({"before": before.in_bytes(), "after": after.in_bytes()})
    elif settings.database_file is None:
        output.say(
            f"The room of what was pruned is fit for new rows; the database takes {output.size(after.total)}."
        )
    else:
        won = max(before.total - after.total, 0)
        output.say(
            f"{output.size(won)} won: {output.size(before.total)} before, {output.size(after.total)} now."
        )
    return GOOD


def said_size(size: DatabaseSize) -> str:
    """Return a size for people: what the database takes, and what of that is free."""
    free = f", of which {output.size(size.free)} are free" if size.free else ""
    return f"database: {output.size(size.total)}{free}"
