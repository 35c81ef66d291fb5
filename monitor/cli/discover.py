"""`feeds discover`: the feeds of a site, as TOML to paste."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load

if TYPE_CHECKING:
    from monitor.pipeline.discover import Discovery

Address = Annotated[str, typer.Argument(metavar="URL", help="The address of a page of the site.")]


def discover(url: Address, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Find the feeds of a site.

    Looks at the feeds that the page names, else where feeds usually stand, else for sitemaps. Each feed
    is fetched and read before it is shown. If there is a configuration, its [fetch] and [parse] hold.

    Example: news-monitor feeds discover https://example.org >> config.toml
    """
    import asyncio

    from monitor.app import outside
    from monitor.config import feed_identity, without_password

    address = url if "://" in url else f"https://{url}"
    shown = without_password(address)
    try:
        feed_identity(address)
    except ValueError as mistake:
        output.complain(f"the address {mistake}: {shown}")
        return WRONG
    settings = load(config) if config.exists() else None
    found = asyncio.run(outside.discover(address, settings))
    failures = [(shown if failed == address else failed, why) for failed, why in found.failures]
    if as_json:
        output.say_json(
            {
                "feeds": [asdict(feed) for feed in found.feeds],
                "failures": [{"url": failed, "detail": why} for failed, why in failures],
            }
        )
    else:
        for failed, why in failures:
            output.complain(f"{failed}: {why}")
        _say(found, shown)
    return GOOD if found.feeds else FAILED


def _say(found: "Discovery", address: str) -> None:
    from monitor.config import ListedFeed, feed_toml

    if not found.feeds:
        output.complain(f"no feed was found at {address}")
    for feed in found.feeds:
        output.say(f"# {feed.title or 'without a title'}: {output.count(feed.entries, 'entry')}")
        for line in feed_toml(ListedFeed(feed.url)).splitlines():
            output.say(line)
        output.say()
