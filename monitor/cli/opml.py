"""`opml import` and `opml export`: subscription lists of feed readers."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, load
from monitor.errors import Problem, StoreError

if TYPE_CHECKING:
    from monitor.config import ListedFeed, Settings, Subscriptions

Source = Annotated[Path, typer.Argument(metavar="FILE", help="A subscription list in OPML.")]
Target = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="The file to write; stdout when left out.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write a new file, such as feeds.d/NAME.toml."),
]


def import_list(file: Source, into: Output = None, config: Config = DEFAULT_CONFIG) -> int:
    """Turn a subscription list into [[feeds]] for the configuration.

    Folders become tags. Feeds that are configured already are left out. What is left out is told on
    stderr, with its line. A file that exists is never touched.

    Example: news-monitor opml import subscriptions.opml --output feeds.d/reader.toml
    """
    from monitor.config import load_opml

    try:
        found = load_opml(file, str(file))
    except OSError as error:
        output.complain(f"{file} can't be read: {(error.strerror or str(error)).lower()}")
        return WRONG
    settings = load(config) if config.exists() else None
    new, problems = _new(found, settings, str(file))
    for problem in problems:
        output.note(str(problem))
    if not found.feeds:
        return FAILED
    return _write(new, into) if into else _print(new)


def export_list(file: Target = None, config: Config = DEFAULT_CONFIG) -> int:
    """Write the configured feeds as a subscription list for feed readers.

    Each feed stands in a folder of its first tag, by the alphabet. Feeds whose address holds a secret are left out. A
    file that exists is never touched.

    Example: news-monitor opml export feeds.opml
    """
    from monitor.config import write_opml

    settings = load(config)
    feeds = list(_shareable(settings))
    text = write_opml(feeds, "Feeds of news-monitor")
    if file is None:
        for line in text.splitlines():
            output.say(line)
        return GOOD
    if not _write_new(file, text):
        return WRONG
    output.say(f"{file} is written: {output.count(len(feeds), 'feed')}.")
    return GOOD


def _new(
    found: "Subscriptions", settings: "Settings | None", file: str
) -> tuple[list["ListedFeed"], list[Problem]]:
    from monitor.config import feed_identity

    feeds = settings.feeds if settings else ()
    known = {feed_identity(feed.request_url.reveal()) for feed in feeds}
    new, left_out = [], list(found.problems)
    for feed in found.feeds:
        if feed_identity(feed.url) in known:
            left_out.append(Problem(file, feed.line, "", "the feed is configured already"))
        else:
            new.append(feed)
    return new, sorted(left_out, key=lambda problem: problem.line or 0)


def _print(feeds: Iterable["ListedFeed"]) -> int:
    for line in _toml(feeds).splitlines():
        output.say(line)
    return GOOD


def _write(feeds: list["ListedFeed"], path: Path) -> int:
    if not feeds:
        output.say(f"There is nothing new, {path} is not written.")
        return GOOD
    if not _write_new(path, _toml(feeds)):
        return WRONG
    output.say(f"{path} is written: {output.count(len(feeds), 'feed')}. What next:")
    output.say(
        f'  1. At the top of the configuration, if it isn\'t there: include = ["{path.parent}/*.toml"]'
    )
    output.say("  2. Is it good?  news-monitor check")
    return GOOD


def _toml(feeds: Iterable["ListedFeed"]) -> str:
    from monitor.config import feed_toml

    return "\n".join(map(feed_toml, feeds))


def _write_new(path: Path, text: str) -> bool:
    """Write a file that only its owner can read: an address may hold a password."""
    try:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        output.complain(f"{path} exists and is left as it is; name another file")
        return False
    except OSError as error:
        output.complain(f"{path} can't be written: {(error.strerror or str(error)).lower()}")
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def _shareable(settings: "Settings") -> Iterator["ListedFeed"]:
    from monitor.config import ListedFeed

    titles = _titles(settings)
    for feed in settings.feeds:
        if feed.url != feed.request_url.reveal():
            output.note(f"{feed.url} is left out: its address holds a secret")
        else:
            yield ListedFeed(feed.url, feed.name or titles.get(feed.url), tuple(sorted(feed.tags)))


def _titles(settings: "Settings") -> dict[str, str]:
    """Return what the feeds call themselves, as far as they have been polled."""
    import asyncio

    from monitor.app import ask

    with suppress(StoreError):
        return {feed.url: feed.name for feed in asyncio.run(ask.status(settings)).feeds}
    return {}
