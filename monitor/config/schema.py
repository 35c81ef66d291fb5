"""The shape of config.toml as pydantic models, from which docs/config.schema.json is generated too.

Each model is one table. Its field descriptions are what an editor shows for a key. Only keys that do
something are here; an unknown one is refused.

Lists are empty tuples by default: a list would be copied for each table, which of ten thousand takes longer than to read them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from monitor.config.kinds import (
    Age,
    Auth,
    Beat,
    ChannelUrl,
    Cidr,
    Common,
    Contact,
    Cron,
    DatabaseUrl,
    Edits,
    Encoding,
    FeedName,
    FeedUrl,
    FetchTime,
    Files,
    FirstPoll,
    Gap,
    GroupName,
    HeaderName,
    HeaderValue,
    HeartbeatUrl,
    Interval,
    Kept,
    KeptEntries,
    KeptSeen,
    Language,
    Length,
    Listen,
    Moment,
    Name,
    Names,
    PageUrl,
    ParseTime,
    Part,
    Patience,
    Pause,
    Prose,
    ProxyUrl,
    Query,
    RuleLanguage,
    Size,
    Telling,
    Terms,
    UserAgent,
    Wait,
    Weight,
    WholeText,
    Windows,
    Zone,
)
from monitor.model import FullText, Layout, OnChange, Priority, StoryMode, TextField


def _key(description: str, default: Any = ..., **bounds: Any) -> Any:
    """Return a field; a default is written as in the file and read by the same reader, unless it holds words only."""
    as_read = default is None or isinstance(default, StrEnum | tuple)
    return Field(default, description=description, validate_default=not as_read, **bounds)


# Of channels and of rules, whose own come first.
_GROUP_WAIT = _key(
    "How long the first alert of a group waits for others; any group_ key gathers alerts.", None
)
_GROUP_INTERVAL = _key("The shortest time between two messages of one group.", None)
_GROUP_BY = _key("What the alerts of one message share: rule, story, feed, or nothing but the channel.", None)


class Table(BaseModel):
    """What all tables share."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class MonitorTable(Table):
    """The program as a whole."""

    database: DatabaseUrl = _key(
        "Where entries and alerts are kept: sqlite:///FILE (relative to this file) or postgresql://...",
        "sqlite:///news-monitor.db",
    )
    poll_every: Interval = _key("How often a feed without its own poll_every is polled.", "15m")
    adaptive: bool = _key(
        "Share the polls out by when feeds publish; poll_every is the average of those without their own.",
        True,
    )
    first_poll: FirstPoll = _key(
        "What the first poll of a feed alerts on: silent, alert, or entries published within a time such as 24h.",
        "silent",
    )
    contact: Contact | None = _key("A web or mail address for the owners of feeds, in the User-Agent.", None)
    owner: Names | None = _key(
        "The channel, or channels, told when feeds fail or fall silent for long and when they are well again.",
        None,
    )
    channels: list[Name] | None = _key("The channels of all rules that name none themselves.", None)
    timezone: Zone = _key(
        "The time zone of the times in messages, of the hours of rules and channels, and of digests.", "UTC"
    )
    heartbeat: HeartbeatUrl | None = _key(
        "An address that is asked for while polls and deliveries work, so that a service there tells when they don't.",
        None,
    )
    heartbeat_every: Beat = _key("How often the heartbeat is sent.", "1m")
    alive: Cron | None = _key('When the owner is told that all is well, such as "0 9 * * *".', None)


class FetchTable(Table):
    """How documents are fetched."""

    timeout: FetchTime = _key("The longest that one fetch may take, with all redirects.", "30s")
    max_body: Size = _key("The largest document, after decompression.", "5MB")
    max_redirects: int = _key("How many redirects are followed.", 5, ge=0, le=20)
    concurrency: int = _key(
        "How many feeds are polled at the same time, fewer where too few files may be open (LimitNOFILE): five are counted for each, and 40 for the rest.",
        50,
        ge=1,
        le=500,
    )
    per_host: int = _key("How many feeds of one host are polled at the same time.", 1, ge=1, le=50)
    allow_networks: list[Cidr] = _key("Private networks or addresses that feeds may be fetched from.", ())
    proxy: ProxyUrl | None = _key(
        "An http proxy for all fetches; it has to guard private networks itself.", None
    )


class ParseTable(Table):
    """How documents are parsed."""

    timeout: ParseTime = _key("The longest that parsing one document may take.", "20s")
    workers: int | None = _key(
        "How many processes parse; without it as many as there are processors, up to 4.", None, ge=1, le=64
    )


class WebTable(Table):
    """The page and the API."""

    listen: Listen = _key("The address and port of the page; off: there is none.", "127.0.0.1:8765")
    auth: Auth | None = _key(
        "Who may see it: { basic = user:password } or { bearer = token }. Needed where others than this machine can reach it.",
        None,
    )
    url: PageUrl | None = _key(
        "Where people find the page, such as behind a proxy; for links in messages.", None
    )


class DeliveryTable(Table):
    """How messages that failed are tried again."""

    retry_first: Interval = _key("The wait before the second try; it doubles with each further one.", "10s")
    retry_longest: Interval = _key("The longest wait between two tries.", "1h")
    max_attempts: int = _key("How many times a message is tried.", 50, ge=1, le=1_000)
    max_age: Interval = _key("How long after its alert a message that fails is tried again.", "24h")


class KeepTable(Table):
    """How long things are kept; forever keeps them all."""

    entries: KeptEntries = _key(
        "Entries that led to no alert, since they were first seen; one that its feed still lists is kept anyway.",
        "180d",
    )
    alerts: KeptEntries = _key("Alerts with their entries and deliveries, and notices.", "730d")
    attempts: Kept = _key("The tries of deliveries that are settled.", "90d")
    texts: Kept = _key("The texts of pages that were read.", "60d")
    revisions: Kept = _key("What entries said before they changed, the last 20 of each.", "180d")
    polls: Kept = _key("The history of polls, the last 200 lines of each feed.", "180d")
    seen: KeptSeen = _key(
        "What an entry is known by when it comes back, since its feed listed it for the last time.", "400d"
    )


class ChannelTable(Table):
    """Where alerts go."""

    name: Name = _key("What rules call this channel.")
    url: ChannelUrl = _key("An Apprise URL (slack://, mailto://, ...), or console: to print.")
    quiet_hours: Windows | None = _key(
        'The hours, such as "22:00-07:00", in which all but what is urgent is held, to come as one summary.',
        None,
    )
    max_per_hour: int | None = _key(
        "The most messages in an hour; what is over comes in one summary.", None, ge=1, le=3_600
    )
    gap: Gap | None = _key("The shortest time between two messages; else what suits the service.", None)
    digest: Cron | None = _key(
        'When all that has come since goes out as one message, such as "0 8 * * 1-5" (cron).', None
    )
    digest_empty: bool = _key("Whether a digest of nothing is sent, too.", False)
    group_wait: Wait | None = _GROUP_WAIT
    group_interval: Pause | None = _GROUP_INTERVAL
    group_by: Common | None = _GROUP_BY
    layout: Length = _key("How much a message says of an alert: short or full.", Layout.FULL)
    escalate_after: Patience | None = _key(
        "How long an alert may be unsent before the channels of escalate_to are told of it.", None
    )
    escalate_to: Names | None = _key(
        "The channel, or channels, told of what is dead or unsent for longer than escalate_after.", None
    )


class FeedTable(Table):
    """A feed to watch."""

    url: FeedUrl = _key("The address of the feed.")
    name: Name | None = _key("What messages call this feed; its own title when left out.", None)
    tags: list[Name] = _key("Words that rules can choose feeds by.", ())
    poll_every: Interval | None = _key("How often this feed is polled.", None)
    first_poll: FirstPoll | None = _key("What the first poll of this feed alerts on.", None)
    enabled: bool = _key("Whether the feed is polled; one that isn't keeps its history.", True)
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict,
        description="Headers to send, to the feed's own server only.",
        json_schema_extra={"default": {}},  # which an editor isn't told of a factory
    )
    auth: Auth | None = _key(
        'How to log in: { basic = "user:password" } or { bearer = "token" }; for the feed\'s own server only.',
        None,
    )
    proxy: ProxyUrl | None = _key("An http proxy for this feed, in place of the one in [fetch].", None)
    user_agent: UserAgent | None = _key("The User-Agent that this feed is asked with.", None)
    language: Language | None = _key("The language of the feed's texts; asked for by Accept-Language.", None)
    encoding: Encoding | None = _key(
        "The encoding of the feed's documents, whatever they say of it themselves.", None
    )
    full_text: WholeText = _key(
        "Whether the pages of its entries are fetched: never, auto (as each rule says), or always for the rules "
        "that title and summary leave open.",
        FullText.AUTO,
    )


class RuleTestTable(Table):
    """A text that a rule has to match, or must not."""

    title: Prose = _key("The title of an entry.", "")
    text: Prose = _key("Its summary, read as that of a feed: without its HTML.", "")
    match: bool = _key("Whether the rule has to match.", True)


class RuleTable(Table):
    """A standing query and whom it tells."""

    name: Name = _key("What messages call this rule.")
    query: Query = _key("Words that have to be in the title, the summary or the full text of an entry.")
    channels: list[Name] | None = _key(
        "The names of the channels to tell; those of [monitor] when left out.", None
    )
    tags: list[Name] = _key("Only feeds with one of these tags; all feeds when empty.", ())
    not_tags: list[Name] = _key("No feeds with one of these tags.", ())
    feeds: list[FeedName] = _key("Only these feeds, by address or name; all feeds when empty.", ())
    not_feeds: list[FeedName] = _key("Not these feeds, by address or name.", ())
    language: RuleLanguage | None = _key(
        "The language of the query's words, such as en, for their inflected forms; none takes them as they are. "
        "That of the feed when left out.",
        None,
    )
    fields: list[Part] = _key(
        "The parts of an entry in which words without a field of their own are looked for.",
        (TextField.TITLE, TextField.SUMMARY, TextField.TEXT),
    )
    priority: Weight = _key("How much its alerts matter: low, normal or high.", Priority.NORMAL)
    not_before: Moment | None = _key("It alerts from this date or date-time on.", None)
    active: Windows | None = _key(
        'The hours in which it alerts, such as "Mon-Fri 07:00-19:00", or a list of them; always when left out.',
        None,
    )
    max_age: Age | None = _key("It doesn't alert on entries published longer ago than this.", None)
    full_text: WholeText = _key(
        "When title and summary leave the rule open, the page is fetched: never, auto (when they hold a word of "
        "the query already), or always.",
        FullText.AUTO,
    )
    story: Telling = _key(
        "What it tells of an event that several entries report: once (the first of them), updates (as well those with "
        "which it has moved on: a new stage or number, or 5 more outlets), or every entry.",
        StoryMode.ONCE,
    )
    on_change: Edits = _key(
        "Whether it alerts when only an edit of an entry makes it true: match (for the first time) or never.",
        OnChange.MATCH,
    )
    group_wait: Wait | None = _GROUP_WAIT
    group_interval: Pause | None = _GROUP_INTERVAL
    group_by: Common | None = _GROUP_BY
    suppresses: list[Name] = _key("Rules that don't tell of a story of which this one tells.", ())
    tests: list[RuleTestTable] = _key("Texts that the rule has to match, or must not.", ())


class ConfigFile(Table):
    """The configuration of news-monitor."""

    include: Files = _key("Files with more [[feeds]], beside this one; feeds.d/*.toml names many.", ())
    opml: Files = _key("Subscription lists whose feeds are watched too.", ())
    monitor: MonitorTable = Field(default_factory=MonitorTable)
    fetch: FetchTable = Field(default_factory=FetchTable)
    parse: ParseTable = Field(default_factory=ParseTable)
    delivery: DeliveryTable = Field(default_factory=DeliveryTable)
    keep: KeepTable = Field(default_factory=KeepTable)
    web: WebTable = Field(default_factory=WebTable)
    groups: dict[GroupName, Terms] = Field(
        default={}, description="Terms for several rules: @name in a query stands for any of them."
    )
    channel_groups: dict[Name, Names] = Field(
        default={}, description="Names that stand for several channels, wherever channels are named."
    )
    channels: list[ChannelTable] = _key("Where alerts go.", ())
    feeds: list[FeedTable] = _key("The feeds to watch.", ())
    rules: list[RuleTable] = _key("What to look for.", ())


TOP_KEYS = ("include", "opml")
SINGLE_TABLES: Mapping[str, type[Table]] = {
    "monitor": MonitorTable,
    "fetch": FetchTable,
    "parse": ParseTable,
    "delivery": DeliveryTable,
    "keep": KeepTable,
    "web": WebTable,
}
# Their keys are names that users choose.
FREE_TABLES = ("groups", "channel_groups")
LISTED_TABLES: Mapping[str, type[Table]] = {"channels": ChannelTable, "feeds": FeedTable, "rules": RuleTable}
NESTED_TABLES: Mapping[str, type[Table]] = {"rules.tests": RuleTestTable}


class _TomlSchema(GenerateJsonSchema):
    """TOML has no null: a key that may be left out has no default of null, and titles add nothing."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        default = schema.get("default")
        if default is None:
            return self.generate_inner(schema["schema"])
        written = list(default) if isinstance(default, tuple) else default
        return {**self.generate_inner(schema["schema"]), "default": written}

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of config.toml."""
    schema = ConfigFile.model_json_schema(schema_generator=_TomlSchema)
    return {"$schema": _TomlSchema.schema_dialect, **schema, "required": [*LISTED_TABLES]}
