"""The shape of config.toml as pydantic models, from which docs/config.schema.json is generated too.

Each model is one table. Its field descriptions are what an editor shows for a key. Only keys that do
something are here; an unknown one is refused.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from monitor.config import asking, options, values
from monitor.model import FullText, Network, OnChange, Priority, StoryMode, TextField, Window


def _described(kind: str = "string", **keywords: object) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **keywords})


def _pattern(text: str) -> str:
    # What a reference will hold is not known to an editor.
    return rf"^({text}|.*\$\{{.*)$"


_ONE_OR_MORE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
_DURATION = _described(pattern=_pattern(values.DURATION))

Interval = Annotated[timedelta, PlainValidator(values.duration("1ms", "30d")), _DURATION]
FetchTime = Annotated[timedelta, PlainValidator(values.duration("100ms", "5m")), _DURATION]
ParseTime = Annotated[timedelta, PlainValidator(values.duration("100ms", "1m")), _DURATION]
FirstPoll = Annotated[
    timedelta,
    PlainValidator(values.read_first_poll),
    _described(pattern=_pattern(f"silent|alert|{values.DURATION}")),
]
WholeText = Annotated[
    FullText, PlainValidator(values.read_full_text), _described(pattern=_pattern("|".join(FullText)))
]
Edits = Annotated[
    OnChange, PlainValidator(values.read_on_change), _described(pattern=_pattern("|".join(OnChange)))
]
Size = Annotated[
    int,
    PlainValidator(values.read_size),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": _pattern(values.SIZE)}]}),
]
Zone = Annotated[ZoneInfo, PlainValidator(values.read_timezone), _described()]
Cidr = Annotated[Network, PlainValidator(values.read_network), _described()]
Contact = Annotated[str, PlainValidator(values.read_contact), _described()]
ProxyUrl = Annotated[str, PlainValidator(values.read_proxy), _described()]
FeedUrl = Annotated[str, PlainValidator(values.read_feed_url), _described()]
DatabaseUrl = Annotated[str, PlainValidator(values.read_database_url), _described()]
Query = Annotated[str, PlainValidator(values.read_query), _described(minLength=1)]
Name = Annotated[str, PlainValidator(values.read_text), _described(minLength=1, maxLength=100)]
Names = Annotated[tuple[str, ...], PlainValidator(values.read_names), _ONE_OR_MORE]
ChannelUrl = Annotated[str, PlainValidator(values.read_channel_url), _described(minLength=1)]
Files = Annotated[tuple[str, ...], PlainValidator(values.read_files), _ONE_OR_MORE]
HeaderName = Annotated[str, PlainValidator(asking.read_header_name), _described()]
HeaderValue = Annotated[str, PlainValidator(asking.read_header_value), _described(minLength=1)]
Auth = Annotated[
    str,
    PlainValidator(asking.read_auth),
    _described(
        "object",
        properties={"basic": {"type": "string"}, "bearer": {"type": "string"}},
        additionalProperties=False,
        minProperties=1,
        maxProperties=1,
    ),
]
UserAgent = Annotated[str, PlainValidator(asking.read_user_agent), _described(minLength=1)]
Language = Annotated[str, PlainValidator(asking.read_language), _described()]
Age = Annotated[timedelta, PlainValidator(values.duration("1m", "3650d")), _DURATION]
FeedName = Annotated[str, PlainValidator(options.read_feed_name), _described(minLength=1)]
RuleLanguage = Annotated[str, PlainValidator(options.read_rule_language), _described()]
Part = Annotated[
    TextField, PlainValidator(options.read_field), _described(pattern=_pattern("|".join(options.FIELDS)))
]
Weight = Annotated[
    Priority, PlainValidator(options.read_priority), _described(pattern=_pattern("|".join(Priority)))
]
Telling = Annotated[
    StoryMode, PlainValidator(options.read_story), _described(pattern=_pattern("|".join(StoryMode)))
]
# JSON has no dates; what editors take one of TOML for differs.
Moment = Annotated[date, PlainValidator(options.read_moment), WithJsonSchema({})]
Windows = Annotated[tuple[Window, ...], PlainValidator(options.read_windows), _ONE_OR_MORE]
GroupName = Annotated[
    str, PlainValidator(options.read_group_name), _described(pattern=f"^{options.GROUP_NAME}$")
]
Terms = Annotated[tuple[str, ...], PlainValidator(options.read_terms), _ONE_OR_MORE]
Prose = Annotated[str, PlainValidator(options.read_prose), _described()]
Encoding = Annotated[str, PlainValidator(asking.read_encoding), _described()]


def _key(description: str, default: Any = ..., **bounds: Any) -> Any:
    """Return a field; a default is written as in the file and read by the same reader."""
    return Field(default, description=description, validate_default=default is not None, **bounds)


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
    timezone: Zone = _key("The time zone of the times in messages, and of the hours of rules.", "UTC")


class FetchTable(Table):
    """How documents are fetched."""

    timeout: FetchTime = _key("The longest that one fetch may take, with all redirects.", "30s")
    max_body: Size = _key("The largest document, after decompression.", "5MB")
    max_redirects: int = _key("How many redirects are followed.", 5, ge=0, le=20)
    concurrency: int = _key("How many feeds are polled at the same time.", 50, ge=1, le=500)
    per_host: int = _key("How many feeds of one host are polled at the same time.", 1, ge=1, le=50)
    allow_networks: list[Cidr] = Field(
        default=[], description="Private networks or addresses that feeds may be fetched from."
    )
    proxy: ProxyUrl | None = _key(
        "An http proxy for all fetches; it has to guard private networks itself.", None
    )


class ParseTable(Table):
    """How documents are parsed."""

    timeout: ParseTime = _key("The longest that parsing one document may take.", "20s")
    workers: int | None = _key(
        "How many processes parse; without it as many as there are processors, up to 4.", None, ge=1, le=64
    )


class DeliveryTable(Table):
    """How messages that failed are tried again."""

    retry_first: Interval = _key("The wait before the second try; it doubles with each further one.", "10s")
    retry_longest: Interval = _key("The longest wait between two tries.", "1h")
    max_attempts: int = _key("How many times a message is tried.", 50, ge=1, le=1_000)
    max_age: Interval = _key("How long after its alert a message that fails is tried again.", "24h")


class ChannelTable(Table):
    """Where alerts go."""

    name: Name = _key("What rules call this channel.")
    url: ChannelUrl = _key("An Apprise URL (slack://, mailto://, ...), or console: to print.")


class FeedTable(Table):
    """A feed to watch."""

    url: FeedUrl = _key("The address of the feed.")
    name: Name | None = _key("What messages call this feed; its own title when left out.", None)
    tags: list[Name] = Field(default=[], description="Words that rules can choose feeds by.")
    poll_every: Interval | None = _key("How often this feed is polled.", None)
    first_poll: FirstPoll | None = _key("What the first poll of this feed alerts on.", None)
    enabled: bool = _key("Whether the feed is polled; one that isn't keeps its history.", True)
    headers: dict[HeaderName, HeaderValue] = Field(
        default={}, description="Headers to send, to the feed's own server only."
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
        "auto",
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
    tags: list[Name] = Field(
        default=[], description="Only feeds with one of these tags; all feeds when empty."
    )
    not_tags: list[Name] = Field(default=[], description="No feeds with one of these tags.")
    feeds: list[FeedName] = Field(
        default=[], description="Only these feeds, by address or name; all feeds when empty."
    )
    not_feeds: list[FeedName] = Field(default=[], description="Not these feeds, by address or name.")
    language: RuleLanguage | None = _key(
        "The language of the query's words, such as en, for their inflected forms; none takes them as they are. "
        "That of the feed when left out.",
        None,
    )
    fields: list[Part] = Field(
        default=["title", "summary", "text"],
        validate_default=True,
        description="The parts of an entry in which words without a field of their own are looked for.",
    )
    priority: Weight = _key("How much its alerts matter: low, normal or high.", "normal")
    not_before: Moment | None = _key("It alerts from this date or date-time on.", None)
    active: Windows | None = _key(
        'The hours in which it alerts, such as "Mon-Fri 07:00-19:00", or a list of them; always when left out.',
        None,
    )
    max_age: Age | None = _key("It doesn't alert on entries published longer ago than this.", None)
    full_text: WholeText = _key(
        "When title and summary leave the rule open, the page is fetched: never, auto (when they hold a word of "
        "the query already), or always.",
        "auto",
    )
    story: Telling = _key(
        "What it tells of an event that several entries report: once (the first of them), updates (as well those with "
        "which it has moved on: a new stage or number, or 5 more outlets), or every entry.",
        "once",
    )
    on_change: Edits = _key(
        "Whether it alerts when only an edit of an entry makes it true: match (for the first time) or never.",
        "match",
    )
    tests: list[RuleTestTable] = Field(
        default=[], description="Texts that the rule has to match, or must not."
    )


class ConfigFile(Table):
    """The configuration of news-monitor."""

    include: Files = Field(
        default=(), description="Files with more [[feeds]], beside this one; feeds.d/*.toml names many."
    )
    opml: Files = Field(default=(), description="Subscription lists whose feeds are watched too.")
    monitor: MonitorTable = Field(default_factory=MonitorTable)
    fetch: FetchTable = Field(default_factory=FetchTable)
    parse: ParseTable = Field(default_factory=ParseTable)
    delivery: DeliveryTable = Field(default_factory=DeliveryTable)
    groups: dict[GroupName, Terms] = Field(
        default={}, description="Terms for several rules: @name in a query stands for any of them."
    )
    channels: list[ChannelTable] = Field(default=[], description="Where alerts go.")
    feeds: list[FeedTable] = Field(default=[], description="The feeds to watch.")
    rules: list[RuleTable] = Field(default=[], description="What to look for.")


TOP_KEYS = ("include", "opml")
SINGLE_TABLES: Mapping[str, type[Table]] = {
    "monitor": MonitorTable,
    "fetch": FetchTable,
    "parse": ParseTable,
    "delivery": DeliveryTable,
}
# Its keys are names that users choose.
FREE_TABLE = "groups"
LISTED_TABLES: Mapping[str, type[Table]] = {"channels": ChannelTable, "feeds": FeedTable, "rules": RuleTable}
NESTED_TABLES: Mapping[str, type[Table]] = {"rules.tests": RuleTestTable}


class _TomlSchema(GenerateJsonSchema):
    """TOML has no null: a key that may be left out has no default of null, and titles add nothing."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return {**self.generate_inner(schema["schema"]), "default": schema["default"]}

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of config.toml."""
    schema = ConfigFile.model_json_schema(schema_generator=_TomlSchema)
    return {"$schema": _TomlSchema.schema_dialect, **schema, "required": [*LISTED_TABLES]}
