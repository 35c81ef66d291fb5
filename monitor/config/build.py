"""From the validated file to `Settings`."""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from monitor.config.addresses import read_address, spellings, without_password
from monitor.config.database import read_database
from monitor.config.schema import ConfigFile, FeedTable, FetchTable, RuleTable
from monitor.config.settings import Settings
from monitor.errors import Problem
from monitor.model import Channel, FeedSpec, FetchLimits, MessageFormat, RequestExtras, Rule, Secret
from monitor.retry import RetryPolicy

# Their values are ordinary words, which would be blanked out in every message.
_PLAIN_HEADERS = frozenset({"accept", "referer"})


def build(
    file: ConfigFile,
    written: Mapping[str, object],
    formats: Mapping[int, MessageFormat],
    *,
    path: Path,
    expanded: frozenset[str],
    remarks: Iterable[Problem],
) -> Settings:
    """Return the settings.

    `written` is the tree with its references unexpanded, `formats` those of the channels by position,
    `expanded` the values of the references, `remarks` what there is to tell although all is good.
    """
    database = read_database(file.monitor.database, path.parent)
    return Settings(
        path=path,
        database=Secret(database.url),
        database_label=database.label,
        timezone=file.monitor.timezone,
        owners=file.monitor.owner or (),
        concurrency=file.fetch.concurrency,
        per_host=file.fetch.per_host,
        fetch=_limits(file.fetch, file.monitor.contact),
        parse_timeout=file.parse.timeout,
        parse_workers=file.parse.workers or _usual_workers(),
        retry=_retry(file),
        feeds=tuple(
            _feed(feed, url, file) for feed, url in zip(file.feeds, _written_urls(written), strict=True)
        ),
        rules=tuple(_rule(rule) for rule in file.rules),
        channels=tuple(
            Channel(name=channel.name, url=Secret(channel.url), format=formats[at])
            for at, channel in enumerate(file.channels)
        ),
        remarks=tuple(remarks),
        secrets=tuple(sorted({*expanded, *database.secrets, *_secrets(file)})),
    )


def _limits(table: FetchTable, contact: str | None) -> FetchLimits:
    return FetchLimits(
        timeout=table.timeout,
        max_body=table.max_body,
        max_redirects=table.max_redirects,
        allow_networks=tuple(table.allow_networks),
        proxy=Secret(table.proxy) if table.proxy else None,
        contact=contact,
    )


def _retry(file: ConfigFile) -> RetryPolicy:
    table = file.delivery
    return RetryPolicy(
        first=table.retry_first, longest=table.retry_longest, attempts=table.max_attempts, life=table.max_age
    )


def _written_urls(written: Mapping[str, object]) -> Iterator[str]:
    feeds = cast("list[dict[str, str]]", written["feeds"])
    return (without_password(feed["url"]) for feed in feeds)


def _feed(table: FeedTable, written_url: str, file: ConfigFile) -> FeedSpec:
    monitor = file.monitor
    return FeedSpec(
        url=written_url,
        request_url=Secret(table.url),
        host=read_address(table.url).place,
        name=table.name,
        tags=frozenset(table.tags),
        poll_every=monitor.poll_every if table.poll_every is None else table.poll_every,
        own_interval=table.poll_every is not None,
        adaptive=monitor.adaptive and table.poll_every is None,
        first_poll=monitor.first_poll if table.first_poll is None else table.first_poll,
        extras=RequestExtras(
            headers=tuple((name, Secret(value)) for name, value in table.headers.items()),
            authorization=Secret(table.auth) if table.auth else None,
            proxy=Secret(table.proxy) if table.proxy else None,
            user_agent=table.user_agent,
            language=table.language,
        ),
        encoding=table.encoding,
        enabled=table.enabled,
        full_text=table.full_text,
    )


def _rule(table: RuleTable) -> Rule:
    # A channel named twice is told once.
    channels = tuple(dict.fromkeys(table.channels))
    return Rule(
        name=table.name,
        query=table.query,
        channels=channels,
        tags=frozenset(table.tags),
        full_text=table.full_text,
    )


def _secrets(file: ConfigFile) -> Iterator[str]:
    yield from (channel.url for channel in file.channels if "://" in channel.url)  # console: is none
    for feed in file.feeds:
        yield from (value for name, value in feed.headers.items() if name.lower() not in _PLAIN_HEADERS)
        yield from _of_auth(feed.auth)
    urls = [feed.url for feed in file.feeds] + [feed.proxy for feed in file.feeds] + [file.fetch.proxy]
    for url in urls:
        password = read_address(url).password if url else None
        if url and password:
            yield from (url, *spellings(password))


def _of_auth(value: str | None) -> Iterator[str]:
    """Yield what must not be seen of an Authorization value: as it is sent, and as it was configured."""
    kind, _, sent = (value or "").partition(" ")
    if sent:
        yield sent
    if kind == "Basic":
        pair = base64.b64decode(sent).decode()
        yield from (pair, *spellings(pair.partition(":")[2]))


def _usual_workers() -> int:
    # Each takes some 20 MB, and few machines have more new entries to read than four can.
    return min(len(os.sched_getaffinity(0)), 4)
