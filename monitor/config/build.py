"""From the validated file to `Settings`."""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import cast

from monitor.config.addresses import as_sent, feed_key, read_address, spellings, without_password
from monitor.config.channels import Names, Recipients, build_channels, read_grouping, stand_for
from monitor.config.database import read_database
from monitor.config.listening import OFF, split_listen
from monitor.config.schema import ConfigFile, FeedTable, FetchTable, RuleTable, WebTable
from monitor.config.settings import Settings
from monitor.model import (
    FeedSpec,
    FetchLimits,
    Keep,
    RequestExtras,
    Rule,
    RuleTest,
    Secret,
    Web,
)
from monitor.retry import RetryPolicy

# Their values are ordinary words, which would be blanked out in every message.
_PLAIN_HEADERS = frozenset({"accept", "referer"})


def build(
    file: ConfigFile,
    written: Mapping[str, object],
    *,
    recipients: Recipients,
    names: Names,
    path: Path,
    expanded: frozenset[str],
) -> Settings:
    """Return the settings, without remarks.

    `written` is the tree with its references unexpanded, `recipients` those of the channels by position, `names` what
    the names of channels stand for, `expanded` the values of the references.
    """
    monitor = file.monitor
    database = read_database(monitor.database, path.parent)
    feeds = tuple(
        _feed(feed, url, file) for feed, url in zip(file.feeds, _written_urls(written), strict=True)
    )
    return Settings(
        path=path,
        database=Secret(database.url),
        database_label=database.label,
        database_file=database.file,
        timezone=monitor.timezone,
        owners=stand_for(monitor.owner or (), names),
        heartbeat=Secret(monitor.heartbeat) if monitor.heartbeat else None,
        heartbeat_every=monitor.heartbeat_every,
        alive=monitor.alive,
        concurrency=file.fetch.concurrency,
        per_host=file.fetch.per_host,
        fetch=_limits(file.fetch, monitor.contact),
        parse_timeout=file.parse.timeout,
        parse_workers=file.parse.workers or _usual_workers(),
        retry=_retry(file),
        web=_web(file.web),
        keep=Keep(**dict(file.keep)),
        feeds=feeds,
        rules=_rules(file, feeds, names),
        groups=dict(file.groups),
        channels=tuple(build_channels(file.channels, recipients, names)),
        channel_names=names,
        secrets=tuple(sorted({*expanded, *database.secrets, *_secrets(file, recipients)})),
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


def _web(table: WebTable) -> Web | None:
    if table.listen == OFF:
        return None
    host, port = split_listen(table.listen)
    return Web(host=host, port=port, auth=Secret(table.auth) if table.auth else None, url=table.url)


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


def _rules(file: ConfigFile, feeds: Sequence[FeedSpec], names: Names) -> tuple[Rule, ...]:
    addresses = cache(partial(_addresses, file, feeds))  # most rules name no feeds

    def found(names: Iterable[str]) -> frozenset[str]:
        return frozenset(url for name in names for url in addresses()[feed_key(name)])

    shared = file.monitor.channels or ()
    return tuple(
        _rule(
            rule,
            file.monitor.timezone,
            # A channel named twice is told once.
            channels=stand_for(shared if rule.channels is None else rule.channels, names),
            feeds=found(rule.feeds),
            not_feeds=found(rule.not_feeds),
        )
        for rule in file.rules
    )


def _addresses(file: ConfigFile, feeds: Sequence[FeedSpec]) -> Mapping[object, set[str]]:
    """Return the feeds by all that they may be called."""
    addresses: dict[object, set[str]] = {}
    for table, spec in zip(file.feeds, feeds, strict=True):
        for name in filter(None, (table.url, table.name)):
            addresses.setdefault(feed_key(name), set()).add(spec.url)
    return addresses


def _rule(
    table: RuleTable,
    zone: tzinfo,
    *,
    channels: tuple[str, ...],
    feeds: frozenset[str],
    not_feeds: frozenset[str],
) -> Rule:
    return Rule(
        name=table.name,
        query=table.query,
        channels=channels,
        feeds=feeds,
        not_feeds=not_feeds,
        tags=frozenset(table.tags),
        not_tags=frozenset(table.not_tags),
        language=table.language,
        fields=frozenset(table.fields),
        priority=table.priority,
        not_before=None if table.not_before is None else _moment(table.not_before, zone),
        active=table.active or (),
        max_age=table.max_age,
        full_text=table.full_text,
        story=table.story,
        on_change=table.on_change,
        grouping=read_grouping(table),
        suppresses=frozenset(table.suppresses),
        tests=tuple(RuleTest(title=test.title, text=test.text, match=test.match) for test in table.tests),
    )


def _moment(written: date, zone: tzinfo) -> datetime:
    """Return the moment of a date (its midnight) or a date-time; a local one is one in `zone`."""
    moment = written if isinstance(written, datetime) else datetime.combine(written, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _secrets(file: ConfigFile, recipients: Recipients) -> Iterator[str]:
    named = (one.url.reveal() for several in recipients.values() for one in several)
    urls = (*(channel.url for channel in file.channels), *named)
    yield from (url for url in urls if "://" in url)  # console: is none
    if file.monitor.heartbeat:
        yield file.monitor.heartbeat
        yield from spellings(read_address(file.monitor.heartbeat).password)
    yield from _of_auth(file.web.auth)
    for feed in file.feeds:
        yield from (value for name, value in feed.headers.items() if name.lower() not in _PLAIN_HEADERS)
        yield from _of_auth(feed.auth)
    asked = [feed.url for feed in file.feeds] + [feed.proxy for feed in file.feeds] + [file.fetch.proxy]
    for url in asked:
        address = read_address(url) if url else None
        if url and address and address.password:
            yield from (url, *spellings(address.password), as_sent(address))


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
