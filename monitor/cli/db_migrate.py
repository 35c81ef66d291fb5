"""`db migrate`: the database as this version of the program needs it."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.progress import bar

if TYPE_CHECKING:
    from monitor.model import SchemaPlan

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")]


def migrate(dry_run: DryRun = False, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Bring the database to the schema of this version.

    A monitor does so by itself when it starts. With several on one PostgreSQL database, do it before the first of them is
    started anew: --dry-run tells whether the others can go on meanwhile. All of it is done, or nothing. The monitor on an SQLite database has to be stopped.

    Example: news-monitor db migrate --dry-run
    """
    from monitor.app import upkeep

    settings = load(config)
    if dry_run:
        planned = upkeep.plan_migration(settings)
    else:
        with bar("migrating") as progress:
            planned = upkeep.migrate(settings, progress, output.note)
    if as_json:
        steps = [step._asdict() for step in planned.steps]
        output.say_json({"from": planned.found, "to": planned.head, "steps": steps, "dry_run": dry_run})
    else:
        _say(planned, dry_run=dry_run)
    return GOOD


def _say(planned: "SchemaPlan", *, dry_run: bool) -> None:
    if planned.found is not None and planned.found > planned.head:
        output.say(
            f"Nothing to do: the database has schema {planned.found}, newer than {planned.head} of this version, which can "
            "work with it."
        )
        return
    if not planned.steps:
        output.say(f"Nothing to do: the database has schema {planned.head}, as this version needs it.")
        return
    for step in planned.steps:
        output.say(f"{step.to}  {step.what}")
    what = "an empty database" if planned.found is None else f"schema {planned.found}"
    said = "would be migrated" if dry_run else "migrated"
    output.say(f"{said}: {what} to schema {planned.head}, in {output.count(len(planned.steps), 'step')}")
    if planned.found is not None:
        output.say(_others(planned, planned.found))


def _others(planned: "SchemaPlan", found: str) -> str:
    if planned.works_with is not None and found >= planned.works_with:
        return f"Monitors of the version before, with schema {found}, can go on with it until they are started anew."
    return f"Monitors of the version before, with schema {found}, can't work with it: stop them all first."
