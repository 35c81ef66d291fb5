"""The program's commands, options and exit codes, put together."""

import gc
import io
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.alerts import list_alerts, show_alert
from monitor.cli.backtest import backtest
from monitor.cli.channels import list_channels, try_channel
from monitor.cli.check import check, schema
from monitor.cli.completion import VARIABLE, completion
from monitor.cli.db import back_up, prune, show_size, vacuum
from monitor.cli.db_check import check_database
from monitor.cli.db_copy import copy
from monitor.cli.db_migrate import migrate
from monitor.cli.deliveries import list_deliveries, retry_deliveries
from monitor.cli.demo import demo
from monitor.cli.discover import discover
from monitor.cli.ending import exits
from monitor.cli.entries import list_entries, show_entry
from monitor.cli.explain import explain
from monitor.cli.export import export
from monitor.cli.feeds import list_feeds, pause_feeds, poll_feeds, resume_feeds, show_feed
from monitor.cli.init import init
from monitor.cli.match import match
from monitor.cli.mistyped import Command, Group
from monitor.cli.opml import export_list, import_list
from monitor.cli.rules import list_rules, show_rule
from monitor.cli.run import run
from monitor.cli.silence import add_silence, end_silence, list_silences
from monitor.cli.status import status
from monitor.cli.stories import list_stories, show_story
from monitor.cli.top import top

_NAMES = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_PURPOSE = """Watch news feeds and tell the right people, once, that what they asked about was published.

To begin: "news-monitor demo" shows what it does, "news-monitor init" writes a configuration, and
"news-monitor run" starts the monitor.
"""


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"news-monitor {__version__}")
        raise typer.Exit


# A callback comes before all that a command needs, which the version doesn't.
Version = Annotated[
    bool,
    typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_say_version),
]


def main() -> None:
    """Run the command that the arguments name; the entry point. Ends the process with its exit code."""
    # What is imported stays: to look for garbage in it again and again takes a twentieth of the start.
    gc.set_threshold(50_000)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # headlines are in every script, a terminal may not be
            stream.reconfigure(errors="backslashreplace")
    if VARIABLE in os.environ:  # a shell asks; its classes take imports that nothing else needs
        from typer._completion_classes import completion_init

        completion_init()
    try:
        commands()(prog_name="news-monitor")
    finally:
        gc.freeze()  # the interpreter would end by looking for garbage in all modules, for a tenth of a second


def commands() -> typer.Typer:
    """Return the program with all of its commands."""
    program = _group("news-monitor", _PURPOSE)
    program.callback(
        invoke_without_command=True,
        epilog=_codes("something failed: a feed, a delivery, a test, or the monitor doesn't run"),
    )(_start)
    _add(
        program,
        run,
        "run",
        _codes("the database can't be used; with --once also: a feed or a delivery failed"),
    )
    _add(program, check, "check", _codes())
    _add(program, status, "status", _codes("the monitor doesn't seem to run, or there is no database yet"))
    _add(
        program,
        top,
        "top",
        _codes("there is no database yet; printed once also: the monitor doesn't seem to run"),
    )
    _add(program, match, "match", _codes("nothing matches"))
    _add(program, explain, "explain", _codes("there is no such entry, or the database can't be read"))
    _add(program, backtest, "backtest", _codes("the database can't be read, or nothing was sent"))
    _add_found(program)
    _add_delivering(program)
    _add_feeds(program)
    _add_database(program)
    _add(program, init, "init", _codes())
    _add(program, schema, "schema", _codes())
    _add(program, completion, "completion", _codes())
    _add(program, demo, "demo", _codes("the demonstration can't be set up here"))
    return program


def _add_found(program: typer.Typer) -> None:
    alerts = _group("alerts", "See what was found, and who was told.")
    _add(alerts, list_alerts, "list", _codes("there is no database yet, or it can't be read"))
    _add(alerts, show_alert, "show", _codes("there is no such alert, or the database can't be read"))
    program.add_typer(alerts)
    entries = _group("entries", "See what feeds have brought.")
    _add(entries, list_entries, "list", _codes("there is no database yet, or it can't be read"))
    _add(entries, show_entry, "show", _codes("there is no such entry, or the database can't be read"))
    program.add_typer(entries)
    stories = _group("stories", "See events that several feeds report.")
    _add(stories, list_stories, "list", _codes("there is no database yet, or it can't be read"))
    _add(stories, show_story, "show", _codes("there is no such story, or the database can't be read"))
    program.add_typer(stories)
    rules = _group("rules", "See what the rules find.")
    _add(rules, list_rules, "list", _codes("there is no database yet, or it can't be read"))
    _add(rules, show_rule, "show", _codes("there is no database yet, or it can't be read"))
    program.add_typer(rules)


def _add_feeds(program: typer.Typer) -> None:
    feeds = _group("feeds", "Find feeds, and see how the configured ones are.")
    _add(feeds, list_feeds, "list", _codes("there is no database yet, or it can't be read"))
    _add(feeds, show_feed, "show", _codes("there is no database yet, or it can't be read"))
    _add(feeds, poll_feeds, "poll", _codes("none of them can be polled now, or the database can't be used"))
    _add(feeds, pause_feeds, "pause", _codes("all of them rest already, or the database can't be used"))
    _add(feeds, resume_feeds, "resume", _codes("none of them rested, or the database can't be used"))
    _add(feeds, discover, "discover", _codes("no feed was found"))
    program.add_typer(feeds)
    lists = _group("opml", "Exchange subscription lists with feed readers.")
    _add(lists, import_list, "import", _codes("no feed was found"))
    _add(lists, export_list, "export", _codes())
    program.add_typer(lists)


def _add_delivering(program: typer.Typer) -> None:
    channels = _group("channels", "See how the channels do that alerts go to, and try them.")
    _add(channels, list_channels, "list", _codes())
    _add(channels, try_channel, "test", _codes("the message was not accepted"))
    program.add_typer(channels)
    deliveries = _group("deliveries", "See what is sent, waits or was given up, and send it again.")
    _add(deliveries, list_deliveries, "list", _codes("there is no database yet, or it can't be read"))
    _add(
        deliveries,
        retry_deliveries,
        "retry",
        _codes("none of them can be sent again, or the database can't be used"),
    )
    program.add_typer(deliveries)
    silence = _group("silence", "Hide alerts for a time.")
    _add(silence, add_silence, "add", _codes("the database can't be used"))
    _add(silence, list_silences, "list", _codes("there is no database yet, or it can't be read"))
    _add(silence, end_silence, "end", _codes("no such silence is in force, or the database can't be used"))
    program.add_typer(silence)


def _add_database(program: typer.Typer) -> None:
    database = _group("db", "Look after the database: soundness, size, backups, moving.")
    unused = "there is no database yet, or it can't be used"
    _add(database, show_size, "size", _codes(unused))
    _add(database, back_up, "backup", _codes(f"{unused}, or the copy can't be written"))
    _add(
        database,
        migrate,
        "migrate",
        _codes("the database can't be used, is newer, or a monitor that is running has it"),
    )
    _add(database, check_database, "check", _codes(f"it is not sound, {unused}"))
    _add(
        database,
        copy,
        "copy",
        _codes("a database can't be used, the other one isn't empty, or the copy isn't the same"),
    )
    _add(database, prune, "prune", _codes(unused))
    _add(database, vacuum, "vacuum", _codes(f"{unused}, or the monitor is running"))
    _add(database, export, "export", _codes(f"{unused}, or the file can't be written"))
    program.add_typer(database)


def _start(context: typer.Context, version: Version = False) -> None:  # noqa: ARG001 - its callback acts on it
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _group(name: str, purpose: str) -> typer.Typer:
    # Help is plain text in the manner of man pages: it reads the same in a terminal, a pipe and a log.
    return typer.Typer(
        name=name,
        cls=Group,
        help=purpose,
        context_settings=_NAMES,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )


def _add(program: typer.Typer, work: Callable[..., int], name: str, codes: str) -> None:
    program.command(name, cls=Command, epilog=codes)(exits(work))


def _codes(failed: str = "") -> str:
    codes = ["0  good", f"1  {failed}" if failed else "", "2  wrong use, or a mistake in the configuration"]
    return "\b\nExit codes:\n" + "\n".join(f"  {code}" for code in codes if code)
