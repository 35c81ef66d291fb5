"""An entry's page: whether it is read, what came of it, and what follows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.entry import Entry, Match, ParseFailed, PlannedDelivery
from monitor.model.fetched import Reason


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The main text of a page: paragraphs on lines of their own, without navigation and comments."""

    text: str


ArticleOutcome = ArticleText | ParseFailed


class ArticleState(StrEnum):
    """Where an article stands. FAILED: not tried any more; its rules stay open, with the reason."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ArticleDecision:
    """What becomes of an article after a try, and from when on its host may be asked again."""

    state: ArticleState
    host_free_at: datetime
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedArticle:
    """A due article and the lease to read it.

    `rules` wait for it; `attempts` counts the earlier tries. `first_seen_at` is when its entry was first seen. `feed_title` and
    `feed_language` are what the feed's documents have said last.
    """

    entry_id: int
    lease: str
    entry: Entry
    first_seen_at: datetime
    feed_url: str
    feed_title: str = ""
    feed_language: str | None = None
    rules: tuple[str, ...]
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """Everything one try to read an article changes, stored by `commit_article` in one transaction.

    `matches` and `deliveries` are those that only the text has made. `text` None: there is none yet.
    """

    entry_id: int
    lease: str
    tried_at: datetime
    reason: Reason
    detail: str
    decision: ArticleDecision
    text: str | None = None
    matches: tuple[Match, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
