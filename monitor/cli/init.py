"""`init`: a first configuration."""

import os
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG

Target = Annotated[Path, typer.Argument(metavar="PATH", help="The file to write, or the folder for it.")]


def init(path: Target = DEFAULT_CONFIG) -> int:
    """Write a commented configuration to begin with.

    It can be run as it is. Only you can read the file, because addresses of channels are secrets. A
    file that exists is never touched.

    Example: news-monitor init
    """
    from monitor.config import example

    target = path / DEFAULT_CONFIG.name if path.is_dir() else path
    try:
        _write_new(target, example())
    except FileExistsError:
        output.complain(f"{target} exists and is left as it is; name another file: news-monitor init PATH")
        return WRONG
    except OSError as error:
        output.complain(f"{target} can't be written: {(error.strerror or str(error)).lower()}")
        return WRONG
    _say_next(target)
    return GOOD


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _say_next(path: Path) -> None:
    option = "" if path == DEFAULT_CONFIG else f" --config {quote(str(path))}"
    output.say(f"{path} is written. What next:")
    output.say(f"  1. Put your feeds, rules and channels into {path}.")
    output.say(f"  2. Is it good?       news-monitor check{option}")
    output.say(f"  3. Do they hear it?  news-monitor channels test NAME{option}")
    output.say(f"  4. Start:            news-monitor run{option}")
