"""The files that a package puts beside the program: its man page, and what shells complete by.

``python -m monitor.cli.manual FOLDER`` writes them below a folder, as they lie below /usr/share.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from monitor.cli.completion import Shell, script
from monitor.cli.program import commands

_PLACES: dict[Shell, str] = {
    "bash": "bash-completion/completions/news-monitor",
    "zsh": "zsh/site-functions/_news-monitor",
    "fish": "fish/vendor_completions.d/news-monitor.fish",
}
_ENDING = r"""
.SH ENVIRONMENT
.TP
.B NEWS_MONITOR_CONFIG
The configuration file, when \-\-config doesn't name one.
.TP
.B CREDENTIALS_DIRECTORY
The folder of the files that ${file:NAME} in the configuration stands for, as systemd sets it.
.SH FILES
.TP
.I config.toml
The configuration, unless \-\-config or NEWS_MONITOR_CONFIG names another. "news\-monitor init" writes one with all of its keys explained.
.SH EXIT STATUS
.TP
.B 0
Good.
.TP
.B 1
Something failed: a feed, a delivery, a test, or the monitor doesn't run.
.TP
.B 2
Wrong use, or a mistake in the configuration.
.SH SIGNALS
.TP
.BR SIGTERM ", " SIGINT
End, once the sends under way are finished; at a second one, at once.
"""


def files() -> dict[str, str]:
    """Return the text of each file by its place below share."""
    completions = {place: script(shell) for shell, place in _PLACES.items()}
    return {"man/man1/news-monitor.1": manual(), **completions}


def manual() -> str:
    """Return the man page, made of what the commands say of themselves."""
    root: Any = typer.main.get_command(commands())
    purpose, _, more = root.help.partition("\n\n")
    lines = ['.TH NEWS\\-MONITOR 1 "" "news\\-monitor" "User commands"', ".SH NAME"]
    lines += [f"news\\-monitor \\- {_escaped(purpose[0].lower() + purpose[1:].rstrip('.'))}", ".SH SYNOPSIS"]
    lines += [".B news\\-monitor", ".I COMMAND", "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]", ".SH DESCRIPTION"]
    lines += [*_paragraphs(f"{purpose}\n\n{more}"), ".SH COMMANDS"]
    for name, command in _commands(root):
        lines += _section(name, command)
    return "\n".join(lines) + _ENDING


def _commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield above + name, command


def _section(name: str, command: Any) -> Iterator[str]:
    context = command.make_context("news-monitor", [], resilient_parsing=True)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS {_escaped(f'news-monitor {name} {usage}')}"
    yield from _paragraphs(command.help)
    for parameter in command.params:  # without --help
        if record := parameter.get_help_record(context):
            yield from (".TP", f".B {_escaped(record[0])}", _escaped(record[1]))
    yield from (".PP", "Exit status:")
    for line in command.epilog.splitlines()[2:]:
        code, _, meaning = line.strip().partition("  ")
        yield from (".TP", f".B {code}", _escaped(meaning))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    r"""Return text that roff shows as it is: a hyphen stays one when it is copied, and no line is a request."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


def _write(folder: Path) -> None:
    for place, text in files().items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
