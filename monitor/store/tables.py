"""The schema: one SQLModel class a table. The rest of the package works on their `Table` objects.

SQLModel maps `datetime` to a type that takes aware values only, stores UTC and gives UTC back. Table classes don't validate: that was done before.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    true,
)
from sqlmodel import Field, SQLModel

from monitor.store.utc import hasten_moments

# SQLite numbers rows by itself only in a column declared INTEGER, which holds 64 bits there.
_Id = BigInteger().with_variant(Integer(), "sqlite")
# JSON that may be absent; as a rule SQLAlchemy writes the JSON word null for None.
_Json = JSON(none_as_null=True)


class _Row(SQLModel):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class FeedRow(_Row, table=True):
    """A feed that is or was configured, and how its last poll went. One out of use is not `active`.

    `since`: when its polls began to succeed, or to fail. `trouble` is what its owner was told, at `told_at`. `watched_entries`, `watched_days` and
    `longest_gap` (in seconds) are those of monitor.model.Activity. `address` is a digest of the one that is fetched, to which all that is remembered
    of the server belongs. `guid_churn` and `text_churn` are those of monitor.model.Evidence, `reset_...` of monitor.model.Reset. The present run has
    `run_polls` polls since `run_began_at`; `runs` are over. `paused_at`: somebody lets it rest since then. On `listed_on` it was noted for the last
    time which entries it lists; NULL until a document had any, since it was watched anew.
    """

    __tablename__ = "feed"

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    host: str
    name: str | None
    title: str | None
    active: bool
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    seen: bytes | None
    baseline_at: datetime | None
    reason: str | None
    detail: str
    failures: int
    polled_at: datetime | None
    succeeded_at: datetime | None
    since: datetime | None
    last_new_at: datetime | None
    watched_entries: float = Field(sa_column_kwargs={"server_default": "0"})
    watched_days: float = Field(sa_column_kwargs={"server_default": "0"})
    longest_gap: float = Field(sa_column_kwargs={"server_default": "0"})
    trouble: str | None
    told_at: datetime | None
    next_poll_at: datetime
    lease: str | None
    lease_until: datetime | None
    validators_url: str | None
    served_at: datetime | None
    retry_until: datetime | None
    hints: dict[str, Any] | None = Field(sa_type=_Json)
    move: dict[str, Any] | None = Field(sa_type=_Json)
    rhythm: bytes | None
    weights: list[float] | None = Field(sa_type=_Json)
    cache_control: str | None
    expires: str | None
    address: str | None
    language: str | None
    run_began_at: datetime | None
    run_polls: int = Field(sa_column_kwargs={"server_default": "0"})
    runs: int = Field(sa_column_kwargs={"server_default": "0"})
    guid_churn: int = Field(sa_column_kwargs={"server_default": "0"})
    text_churn: int = Field(sa_column_kwargs={"server_default": "0"})
    reset_at: datetime | None
    reset_known: int = Field(sa_column_kwargs={"server_default": "0"})
    reset_held: int = Field(sa_column_kwargs={"server_default": "0"})
    paused_at: datetime | None
    listed_on: date | None


class PollRunRow(_Row, table=True):
    """A run of polls that is over; see monitor.model.PollRun. `number` counts those of a feed from 1."""

    __tablename__ = "poll_run"
    __table_args__ = {"sqlite_with_rowid": False}  # as for entry_key

    feed_id: int = Field(foreign_key="feed.id", primary_key=True)
    number: int = Field(primary_key=True)
    began_at: datetime
    ended_at: datetime
    reason: str
    detail: str
    polls: int
    entries: int
    alerts: int
    baseline: bool


class EntryRow(_Row, table=True):
    """An entry as it is now; `changes` times, the last one at `changed_at`, it said something else before.

    `known_by`: the kind of key by which it was known when it came under other keys (monitor.store.known). `listed_on`: its
    feed listed it then, as far as that was noted; not before the feed's own `listed_on`, it still does.
    """

    __tablename__ = "entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    feed_id: int = Field(foreign_key="feed.id")
    guid: str | None
    link: str | None
    title: str
    summary: str
    authors: list[str] = Field(sa_type=JSON)
    categories: list[str] = Field(sa_type=JSON)
    published_at: datetime | None
    updated_at: datetime | None
    first_seen_at: datetime = Field(index=True)
    baseline: bool
    held: bool = Field(sa_column_kwargs={"server_default": false()})
    known_by: str | None
    changes: int = Field(sa_column_kwargs={"server_default": "0"})
    changed_at: datetime | None
    listed_on: date


class TombstoneRow(_Row, table=True):
    """What is left of an entry that is no longer kept; its keys stay as long as this does. See monitor.model.Tombstone."""

    __tablename__ = "tombstone"

    entry_id: int = Field(primary_key=True, sa_type=_Id)
    feed_id: int = Field(foreign_key="feed.id")
    listed_on: date = Field(index=True)
    published_at: datetime | None
    linked: bool
    traits: bytes


class RevisionRow(_Row, table=True):
    """What an entry said from `seen_at` on, until it changed for the `number`th time."""

    __tablename__ = "revision"

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=_Id)
    number: int = Field(primary_key=True)
    seen_at: datetime = Field(index=True)
    title: str
    summary: str


class EntryKeyRow(_Row, table=True):
    """An identity key of an entry, unique within its feed. It stays as long as the entry's tombstone, so that one that comes back isn't new."""

    __tablename__ = "entry_key"
    __table_args__ = {"sqlite_with_rowid": False}  # else each key would be stored twice, row and index

    feed_id: int = Field(foreign_key="feed.id", primary_key=True)
    key: str = Field(primary_key=True)
    entry_id: int = Field(sa_type=_Id)


class MatchRow(_Row, table=True):
    """A rule that held for an entry. `hits`: a list of [field, start, end, term]; older ones lack the term."""

    __tablename__ = "match"

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=_Id)
    rule: str = Field(primary_key=True)
    hits: list[Any] = Field(sa_type=JSON)
    withheld: str | None
    progress: str | None


class RuleVersionRow(_Row, table=True):
    """A rule as it was from `since` to `until`, NULL while it is in force.

    `definition` is JSON as text, so that equal rules have equal ones (monitor.store.rules).
    """

    __tablename__ = "rule_version"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    name: str
    definition: str
    since: datetime
    until: datetime | None


class ArticleRow(_Row, table=True):
    """An entry's page that is or was to be read. `rules`: the names of those that wait for it.

    No page of the host is asked for before the latest `host_free_at`. `url` is where it was found, if not at the link.
    At `pruned_at` its text was taken out.
    """

    __tablename__ = "article"

    entry_id: int = Field(foreign_key="entry.id", primary_key=True, sa_type=_Id)
    host: str
    rules: list[str] = Field(sa_type=JSON)
    state: str
    reason: str | None
    detail: str
    attempts: int
    next_attempt_at: datetime | None
    host_free_at: datetime | None = Field(index=True)
    tried_at: datetime | None
    text: str | None
    pruned_at: datetime | None
    url: str | None
    lease: str | None
    lease_until: datetime | None


class StoryMemberRow(_Row, table=True):
    """An entry of a story, known by its first entry; ids count in the order in which they joined.

    `decision` is monitor.model.StoryDecision without `story` (monitor.store.members).
    """

    __tablename__ = "story_member"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    story_id: int = Field(foreign_key="entry.id", index=True, sa_type=_Id)
    entry_id: int = Field(foreign_key="entry.id", unique=True, sa_type=_Id)
    joined_at: datetime
    decision: dict[str, Any] = Field(sa_type=JSON)


class AlertRow(_Row, table=True):
    """What people are to be told of an entry; `changed` when an edit is why."""

    __tablename__ = "alert"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    entry_id: int = Field(foreign_key="entry.id", index=True, sa_type=_Id)
    created_at: datetime = Field(index=True)
    changed: bool = Field(sa_column_kwargs={"server_default": false()})


class NoticeRow(_Row, table=True):
    """What the owner is to be told of the program's own work. `lines`: a list of texts."""

    __tablename__ = "notice"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    created_at: datetime = Field(index=True)
    subject: str
    lines: list[str] = Field(sa_type=JSON)


class DeliveryRow(_Row, table=True):
    """A row of the outbox: of an alert or of a notice. `rules`: the names that made this channel a recipient.

    `bundle` is NULL until it is settled (ADR 0011). `detail` says why it is held, suppressed or dead; `silence_id` is what suppresses it, `escalated_from`
    the channel that it stands in for. From `revived_at` on it lives anew. `reported`: the owner knows that it is dead, or who stands in knows of it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel"),
        UniqueConstraint("notice_id", "channel"),
        CheckConstraint("(alert_id IS NULL) <> (notice_id IS NULL)", name="ck_delivery_about_one_thing"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    alert_id: int | None = Field(foreign_key="alert.id", sa_type=_Id)
    notice_id: int | None = Field(foreign_key="notice.id", sa_type=_Id)
    channel: str
    rules: list[str] = Field(sa_type=JSON)
    state: str
    attempts: int
    next_attempt_at: datetime | None
    lease: str | None
    lease_until: datetime | None
    bundle: str | None
    importance: int = Field(sa_column_kwargs={"server_default": "0"})
    detail: str = Field(sa_column_kwargs={"server_default": ""})
    sent_at: datetime | None
    revived_at: datetime | None
    silence_id: int | None = Field(sa_type=_Id)
    escalated_from: str | None
    reported: bool = Field(sa_column_kwargs={"server_default": false()})


class ChannelRow(_Row, table=True):
    """When a channel may be told again (`monitor.model.ChannelPace`), and its last error. A row appears with its first message."""

    __tablename__ = "channel"

    name: str = Field(primary_key=True)
    rest_until: datetime | None
    failures: int
    full_at: datetime | None
    last_error: str | None


class SilenceRow(_Row, table=True):
    """What is hidden for a time: see `monitor.model.Silence`."""

    __tablename__ = "silence"

    id: int | None = Field(default=None, primary_key=True, sa_type=_Id)
    created_at: datetime
    until: datetime
    ended_at: datetime | None
    reason: str
    rule: str | None
    feed: str | None
    story_id: int | None = Field(foreign_key="entry.id", index=True, sa_type=_Id)
    query: str | None


class TimerRow(_Row, table=True):
    """When something that comes by the clock is due next: see `monitor.model.Timer`."""

    __tablename__ = "timer"

    name: str = Field(primary_key=True)
    since: datetime
    due_at: datetime


class AttemptRow(_Row, table=True):
    """One try to send a delivery; `number` counts from 1."""

    __tablename__ = "attempt"

    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True, sa_type=_Id)
    number: int = Field(primary_key=True)
    attempted_at: datetime
    status: str
    detail: str


METADATA: Final = _Row.metadata
hasten_moments(METADATA)
FEED: Final[Table] = METADATA.tables["feed"]
ENTRY: Final[Table] = METADATA.tables["entry"]
TOMBSTONE: Final[Table] = METADATA.tables["tombstone"]
REVISION: Final[Table] = METADATA.tables["revision"]
ENTRY_KEY: Final[Table] = METADATA.tables["entry_key"]
MATCH: Final[Table] = METADATA.tables["match"]
POLL_RUN: Final[Table] = METADATA.tables["poll_run"]
RULE_VERSION: Final[Table] = METADATA.tables["rule_version"]
ARTICLE: Final[Table] = METADATA.tables["article"]
STORY_MEMBER: Final[Table] = METADATA.tables["story_member"]
ALERT: Final[Table] = METADATA.tables["alert"]
NOTICE: Final[Table] = METADATA.tables["notice"]
DELIVERY: Final[Table] = METADATA.tables["delivery"]
ATTEMPT: Final[Table] = METADATA.tables["attempt"]
CHANNEL: Final[Table] = METADATA.tables["channel"]
SILENCE: Final[Table] = METADATA.tables["silence"]
TIMER: Final[Table] = METADATA.tables["timer"]

# A database uses a partial index only for a query that repeats its condition word for word, without a bound parameter: queries use these.
ACTIVE: Final = FEED.c.active.is_(true())
RETIRED: Final = ~ACTIVE
RESTING: Final = FEED.c.paused_at.is_not(None)
WATCHED: Final = and_(ACTIVE, ~RESTING)
UNSETTLED: Final = DELIVERY.c.bundle.is_(None)
HELD: Final = DELIVERY.c.state == literal_column("'held'")
READY: Final = DELIVERY.c.state.in_([literal_column("'pending'"), literal_column("'failed'")])
DEAD: Final = DELIVERY.c.state == literal_column("'dead'")
OVER: Final = DELIVERY.c.state.in_([literal_column("'sent'"), literal_column("'suppressed'")])
STAGES: Final = (READY, HELD, DEAD, OVER)  # each delivery is in one of them
DEAD_UNKNOWN: Final = and_(DEAD, DELIVERY.c.reported.is_(false()))
BUNDLED: Final = DELIVERY.c.bundle != literal_column("''")
WAITING: Final = ARTICLE.c.state == literal_column("'pending'")
UNREADABLE: Final = ARTICLE.c.state == literal_column("'failed'")
WITH_TEXT: Final = ARTICLE.c.text.is_not(None)
ARTICLE_LEASED: Final = ARTICLE.c.lease.is_not(None)
FEED_WAITING: Final = FEED.c.retry_until.is_not(None)
FEED_LEASED: Final = FEED.c.lease.is_not(None)
DELIVERY_LEASED: Final = DELIVERY.c.lease.is_not(None)
IN_FORCE: Final = RULE_VERSION.c.until.is_(None)
