"""Secrets that anybody on the machine may read."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from monitor.config.files import Files
from monitor.config.tree import Tree
from monitor.errors import Problem

# As for a Redactor: no real secret is shorter.
_SHORTEST = 6


def notes(trees: Mapping[str, Tree], files: Files, secrets: Collection[str]) -> Iterator[Problem]:
    """Find files, of all that hold one of `trees`, that everybody may read and in which one of the secrets is written out."""
    kept = {secret for secret in secrets if len(secret) >= _SHORTEST}
    for file, tree in trees.items() if kept else ():
        if Path(file) in files.exposed and not kept.isdisjoint(_texts(tree)):
            what = "a secret is written here, and everybody on this machine may read the file"
            advice = f"chmod 600 {file}, or put the secret into a ${{file:NAME}}"
            yield Problem(file, None, "", what, advice)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
