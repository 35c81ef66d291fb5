"""`backtest`: what would rules have told, of the entries that are stored?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.backtest_shown import as_json as report_as_json
from monitor.cli.backtest_shown import say
from monitor.cli.completing import rule_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.progress import tracked
from monitor.errors import QueryError
from monitor.model import Match, Rule
from monitor.moments import lasting

if TYPE_CHECKING:
    from monitor.backtest import Backtest
    from monitor.config import Settings

OneRule = Annotated[
    str | None,
    typer.Option("--rule", "-r", metavar="RULE", autocompletion=rule_names, help="Only this rule."),
]
Draft = Annotated[
    str | None, typer.Option("--query", "-q", metavar="QUERY", help="A draft, or another query for --rule.")
]
Changed = Annotated[
    Path | None, typer.Option("--new", metavar="FILE", help="A changed configuration, to compare with.")
]
Since = Annotated[
    timedelta | None,
    typer.Option(
        "--since", parser=read_span, metavar="TIME", help="How far to look back.", show_default="30d"
    ),
]
Samples = Annotated[int, typer.Option("--samples", min=0, metavar="N", help="Show N alerts of each kind.")]
Send = Annotated[bool, typer.Option("--send", help="Send the alerts of --rule that were never sent.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")]

_DRAFT = "draft"
_MONTH = timedelta(days=30)


def backtest(
    rule: OneRule = None,
    query: Draft = None,
    new: Changed = None,
    since: Since = None,
    samples: Samples = 3,
    send: Send = False,
    yes: Yes = False,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Tell what rules would have alerted on.

    They are held against the stored entries of the configured feeds, as the monitor would have done when
    these came. Without options: all rules of the configuration. With --query: a draft. With --rule and --query, or with --new: what
    would change, the alerts that vanish and those that appear.

    Example: news-monitor backtest --rule ukraine-ceasefire --query 'Ukraine (ceasefire OR truce)'
    """
    from monitor.clock import SystemClock

    if send and (rule is None or query is not None or new is not None):
        output.complain("--send is for one rule as it is configured; give --rule, without --query and --new")
        return WRONG
    settings = load(config)
    changed = load(new) if new else settings
    output.hide([*settings.secrets, *changed.secrets])
    known = [each.name for each in (*settings.rules, *changed.rules)]
    if rule is not None and rule not in known:
        output.complain(unknown("rule", rule, known))
        return WRONG
    try:
        test = _prepared(settings, changed, rule, query, samples)
    except QueryError as error:
        output.complain(f"--query: {error}")
        return WRONG
    _note_what_is_kept(settings, _MONTH if since is None else since)
    told = _run(test, settings, _MONTH if since is None else since)
    now = SystemClock().now()
    if as_json:
        output.say_json(report_as_json(test, now))
    else:
        say(test, now, changed.timezone)
    return (
        _send(settings, next(each for each in settings.rules if each.name == rule), told, yes=yes)
        if send
        else GOOD
    )


def _prepared(
    settings: "Settings", changed: "Settings", rule: str | None, query: str | None, samples: int
) -> "Backtest":
    """Return the backtest that the options ask for. Raises QueryError."""
    from monitor.backtest import Backtest, Replay

    old = [each for each in settings.rules if rule in (None, each.name)]
    new = [each for each in changed.rules if rule in (None, each.name)]
    if query is not None:
        draft = Rule(name=_DRAFT, query=query, channels=())
        new = [replace(each, query=query) for each in new] if rule else [draft]
    compared = changed is not settings or (rule is not None and query is not None)
    after = Replay(new, changed.groups, changed.feeds, changed.timezone)
    before = Replay(old, settings.groups, settings.feeds, settings.timezone) if compared else None
    return Backtest(after, before, samples)


def _note_what_is_kept(settings: "Settings", since: timedelta) -> None:
    entries, texts = settings.keep.entries, settings.keep.texts
    if entries is not None and since > entries:
        output.note(f"entries are kept for {lasting(entries)} ([keep]): few are left of before")
    elif texts is not None and since > texts:
        output.note(
            f"texts of pages are kept for {lasting(texts)} ([keep]): entries from before are tried without theirs"
        )


def _run(test: "Backtest", settings: "Settings", since: timedelta) -> list[tuple[int, Match]]:
    """Look through the stored entries; return what would have been told, by the number of the entry."""
    from monitor.app import ask
    from monitor.clock import SystemClock
    from monitor.story import WINDOW

    began = SystemClock().now() - since
    told = []
    with ask.open_history(settings) as history:
        # The stories of the first entries may have begun before.
        entries, count = history.entries_since(began - WINDOW), history.count_since(began - WINDOW)
        for stored in tracked(entries, count, "looking through"):
            if stored.first_seen_at < began:
                test.prepare(stored)
                continue
            told += [(stored.id, alerted.match) for alerted in test.add(stored).alerts]
    return told


def _send(settings: "Settings", rule: Rule, told: list[tuple[int, Match]], *, yes: bool) -> int:
    import asyncio

    from monitor.app import ask, change

    with ask.open_history(settings) as history:
        untold = history.untold([entry_id for entry_id, _ in told], rule.channels)
    if not untold:
        output.say("nothing to send: the channels of this rule were told of all these entries already")
        return GOOD
    asked = f"send {output.count(len(untold), 'alert')} to {', '.join(rule.channels)}?"
    if not yes and not typer.confirm(asked):
        return FAILED
    sent = asyncio.run(change.send_past(settings, rule, dict(told)))
    output.say(f"{output.count(sent, 'alert')} on the way; the running monitor sends them")
    return GOOD
