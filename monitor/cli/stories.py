"""`stories list` and `stories show`: events that several entries report."""

from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.output import Cell, Column, Grid
from monitor.model import Match, Story, Withheld
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.config import Settings

# A database counts no further.
_MOST = 2**63 - 1
_WINDOW = timedelta(days=3)

Since = Annotated[
    timedelta | None,
    typer.Option(
        "--since", parser=read_span, metavar="TIME", help="How far to look back.", show_default="3d"
    ),
]
Most = Annotated[int, typer.Option("--limit", min=1, metavar="NUMBER", help="The most stories to list.")]
Which = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", min=1, max=_MOST, help="The number of the story, or of one of its entries."
    ),
]


def list_stories(
    since: Since = None, limit: Most = 50, config: Config = DEFAULT_CONFIG, as_json: Json = False
) -> int:
    """List the stories that began last, with the feeds that report them and the rules that told of them.

    A story begins with an entry that a rule tells of; entries of other feeds join it for 72 hours.

    Example: news-monitor stories list --since 12h
    """
    from monitor.app.stories import listed
    from monitor.clock import SystemClock

    settings = load(config)
    now, span = SystemClock().now(), _WINDOW if since is None else since
    stories = _stories(settings, now - span, limit)
    if as_json:
        output.say_json([asdict(listed(story)) for story in stories])
        return GOOD
    if stories:
        _list(stories, now, settings.timezone).say()
        output.say()
    output.say(output.count(len(stories), "story"))
    return GOOD


def show_story(which: Which, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Show one story: its entries in the order in which they came, why each belongs to it, and who was told.

    Example: news-monitor stories show 4711
    """
    from monitor.app import ask
    from monitor.app.stories import shown
    from monitor.clock import SystemClock

    settings = load(config)
    with ask.open_history(settings) as history:
        story = history.story(which)
    if story is None:
        output.complain(
            f"there is no story {which}, and no entry of that number is of one; see: news-monitor stories list"
        )
        return FAILED
    if as_json:
        output.say_json(asdict(shown(story)))
        return GOOD
    first = story.members[0].stored
    output.say(first.entry.title or "(no title)")
    for line in (first.entry.link, f"story {story.id}"):
        if line:
            output.say(f"  {line}")
    output.say()
    _timeline(story, SystemClock().now(), settings.timezone).say()
    return GOOD


def _stories(settings: "Settings", since: datetime, limit: int) -> list[Story]:
    from monitor.app import ask

    with ask.open_history(settings) as history:
        return list(history.stories(since, limit))


def _list(stories: list[Story], now: datetime, zone: tzinfo) -> Grid:
    from monitor.app.stories import rules_of
    from monitor.explain import outlets

    columns = [Column("Story"), Column("Title", note="Reported by"), Column("Began")]
    grid = Grid([*columns, Column("Feeds", right=True), Column("Entries", right=True), Column("Rules")])
    for story in stories:
        feeds = outlets(story.members)
        grid.rows.append(
            [
                Cell(str(story.id)),
                Cell(story.members[0].stored.entry.title or "(no title)", ", ".join(feeds)),
                Cell(spoken(story.members[0].joined_at, now, zone)),
                Cell(f"{len(feeds):,}"),
                Cell(f"{len(story.members):,}"),
                Cell(", ".join(rules_of(story))),
            ]
        )
    return grid


def _timeline(story: Story, now: datetime, zone: tzinfo) -> Grid:
    from monitor.explain import because

    columns = [Column("Entry"), Column("Title", note="Link"), Column("Feed"), Column("Joined")]
    grid = Grid([*columns, Column("Why"), Column("Told")])
    for member in story.members:
        stored = member.stored
        grid.rows.append(
            [
                Cell(str(stored.id)),
                Cell(stored.entry.title or "(no title)", stored.entry.link or ""),
                Cell(stored.feed_name),
                Cell(spoken(member.joined_at, now, zone)),
                Cell(because(member.decision).removeprefix("because ") or "the first"),
                Cell(", ".join(map(_told, member.matches))),
            ]
        )
    return grid


def _told(match: Match) -> str:
    if match.withheld:
        return f"{match.rule}: {'told before' if match.withheld is Withheld.STORY else 'withheld'}"
    return f"{match.rule}: update" if match.progress else match.rule
