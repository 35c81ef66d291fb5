"""A database that somebody names beside the configuration."""

from collections.abc import Mapping
from pathlib import Path

from monitor.config.database import Database, read_database
from monitor.config.expansion import expand
from monitor.config.files import Files
from monitor.config.findings import Mistake
from monitor.errors import ConfigError, Problem


def named_database(name: str, text: str, environ: Mapping[str, str], folder: Path) -> Database:
    """Read the URL that is given as `name`; an SQLite file is looked for from where the program runs.

    References such as ``${file:db_password}`` are filled in as in the configuration, which lies in `folder`; so no password has to stand among the
    arguments of a process. Raises ConfigError, which doesn't quote it.
    """
    expanded = expand({name: text}, environ, folder.absolute(), Files())
    problems = [Problem(name, None, "", found.what, found.advice) for found in expanded.findings]
    if not problems:
        try:
            found = read_database(str(expanded.tree[name]), Path.cwd())
        except Mistake as mistake:
            problems = [Problem(name, None, "", mistake.what, mistake.advice)]
        else:
            return Database(found.url, found.label, found.file, found.secrets | expanded.values)
    raise ConfigError(problems)
