"""`db check`: is the database sound?"""

from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.progress import bar

if TYPE_CHECKING:
    from monitor.model import Flaw


def check_database(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """See whether the database is sound; changes nothing, and works while the monitor runs.

    Looks through the file (SQLite), the tables, columns and indexes, and what must hold between the rows: that all that is referred to is there,
    that nothing waits for ever, that nothing was left lying by a monitor that is gone. Each flaw is told with its place and a way out.

    Example: news-monitor db check
    """
    from monitor.app import upkeep

    settings = load(config)
    with bar("checking") as progress:
        found = upkeep.check(settings, progress)
    label = settings.database_label
    if as_json:
        flaws = [flaw._asdict() for flaw in found.flaws]
        told = {"schema": found.schema, "checks": found.checks, "problems": flaws}
        output.say_json({"sound": not flaws, "database": label, **told})
    elif not found.flaws:
        output.say(f"{label} is sound: schema {found.schema}, {output.count(found.checks, 'check')}.")
    else:
        for flaw in found.flaws:
            output.say(_said(flaw))
        output.complain(f"{label} is not sound: {output.count(len(found.flaws), 'problem')}")
    return FAILED if found.flaws else GOOD


def _said(flaw: "Flaw") -> str:
    return f"{flaw.name}: {flaw.place} {flaw.what}; {flaw.advice}"
