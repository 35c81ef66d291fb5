"""The kinds of values in config.toml: how each is read, and what an editor is told of it."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema

from monitor.config import asking, listening, options, values
from monitor.model import (
    FullText,
    GroupBy,
    Layout,
    Network,
    OnChange,
    Priority,
    StoryMode,
    TextField,
    Window,
)


def _described(kind: str = "string", **keywords: object) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **keywords})


def _pattern(text: str) -> str:
    # What a reference will hold is not known to an editor.
    return rf"^({text}|.*\$\{{.*)$"


def _one_of(*words: str) -> WithJsonSchema:
    return _described(pattern=_pattern("|".join(words)))


def _word(kind: type[StrEnum]) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(values.word(kind)), _one_of(*kind)


def _span(least: str, most: str) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(values.duration(least, most)), _described(pattern=_pattern(values.DURATION))


def _kept(least: str, why: str = "") -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(values.kept(least, why)), _one_of("forever", values.DURATION)


_ONE_OR_MORE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})

Interval = Annotated[timedelta, *_span("1ms", "30d")]
FetchTime = Annotated[timedelta, *_span("100ms", "5m")]
ParseTime = Annotated[timedelta, *_span("100ms", "1m")]
Age = Annotated[timedelta, *_span("1m", "3650d")]
Gap = Annotated[timedelta, *_span("0s", "1h")]
Wait = Annotated[timedelta, *_span("0s", "7d")]
Pause = Annotated[timedelta, *_span("1s", "7d")]
Patience = Annotated[timedelta, *_span("1m", "7d")]
Beat = Annotated[timedelta, *_span("3s", "1d")]  # work is looked for each second
Kept = Annotated[timedelta | None, *_kept("1d")]
KeptEntries = Annotated[timedelta | None, *_kept("7d", "stories and groups of alerts go on for days")]
KeptSeen = Annotated[timedelta | None, *_kept("30d", "a feed that is away for so long goes on where it was")]
FirstPoll = Annotated[
    timedelta, PlainValidator(values.read_first_poll), _one_of("silent", "alert", values.DURATION)
]
WholeText = Annotated[FullText, *_word(FullText)]
Edits = Annotated[OnChange, *_word(OnChange)]
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
HeartbeatUrl = Annotated[str, PlainValidator(values.read_heartbeat_url), _described()]
DatabaseUrl = Annotated[str, PlainValidator(values.read_database_url), _described()]
Listen = Annotated[str, PlainValidator(listening.read_listen), _described()]
PageUrl = Annotated[str, PlainValidator(listening.read_page_url), _described()]
Cron = Annotated[str, PlainValidator(values.read_cron), _described(minLength=9)]
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
FeedName = Annotated[str, PlainValidator(options.read_feed_name), _described(minLength=1)]
RuleLanguage = Annotated[str, PlainValidator(options.read_rule_language), _described()]
Part = Annotated[TextField, PlainValidator(options.read_field), _one_of(*options.FIELDS)]
Weight = Annotated[Priority, *_word(Priority)]
Telling = Annotated[StoryMode, *_word(StoryMode)]
Length = Annotated[Layout, *_word(Layout)]
Common = Annotated[frozenset[GroupBy], PlainValidator(options.read_group_by), _ONE_OR_MORE]
# JSON has no dates; what editors take one of TOML for differs.
Moment = Annotated[date, PlainValidator(options.read_moment), WithJsonSchema({})]
Windows = Annotated[tuple[Window, ...], PlainValidator(options.read_windows), _ONE_OR_MORE]
GroupName = Annotated[
    str, PlainValidator(options.read_group_name), _described(pattern=f"^{options.GROUP_NAME}$")
]
Terms = Annotated[tuple[str, ...], PlainValidator(options.read_terms), _ONE_OR_MORE]
Prose = Annotated[str, PlainValidator(options.read_prose), _described()]
Encoding = Annotated[str, PlainValidator(asking.read_encoding), _described()]
