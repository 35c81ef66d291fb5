"""Is an entry's page to be read, and what after a try to read it?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model import ArticleDecision, ArticleState, Entry, Reason, WantedArticle

# Between two pages of one host. A Crawl-delay may ask for more, up to what still lets news be read as news.
HOST_GAP = timedelta(seconds=2)
LONGEST_CRAWL_DELAY = timedelta(minutes=1)
# 5 minutes, 20, 80, 5 hours and a third: news that can't be read by then is no news any more.
MOST_ATTEMPTS = 5
_FIRST_WAIT = timedelta(minutes=5)
_GROWTH = 4
# A server that asks for more than this would have its articles read when they are old.
LONGEST_RETRY_AFTER = timedelta(days=1)

# What the next try would only meet again.
_FINAL = frozenset(
    {
        Reason.BAD_URL,
        Reason.BLOCKED_ADDRESS,
        Reason.ENCODING,
        Reason.GONE,
        Reason.NOT_A_PAGE,
        Reason.PARSER_CRASHED,
        Reason.PARSER_STUCK,
        Reason.ROBOTS,
        Reason.TOO_LARGE,
    }
)


def wanted_article(entry: Entry, rules: Sequence[str]) -> WantedArticle | None:
    """Return the page to be read for the open `rules` of an entry; None without rules or without a link."""
    if not rules or not entry.link:
        return None
    parts = urlsplit(entry.link)
    host = parts.hostname or ""
    return WantedArticle(host if parts.port in (None, 80, 443) else f"{host}:{parts.port}", tuple(rules))


def after_try(
    reason: Reason,
    *,
    attempts: int,
    now: datetime,
    retry_after: timedelta | None,
    crawl_delay: timedelta | None,
    jitter: float,
) -> ArticleDecision:
    """Return what becomes of an article.

    `attempts` counts the tries so far, this one included; `jitter` is a random number in [0, 1), which
    adds up to a fifth to a wait. A server that names a waiting time is left alone for it, with all its pages;
    `crawl_delay` is what its robots.txt wants between any two of them.
    """
    asked = min(retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    gap = min(crawl_delay or timedelta(0), LONGEST_CRAWL_DELAY)
    host_free_at = now + max(HOST_GAP, gap, asked)
    if reason is Reason.OK:
        return ArticleDecision(ArticleState.DONE, host_free_at)
    if reason in _FINAL or attempts >= MOST_ATTEMPTS:
        return ArticleDecision(ArticleState.FAILED, host_free_at)
    wait = max(_FIRST_WAIT * _GROWTH ** (attempts - 1), asked)
    return ArticleDecision(ArticleState.PENDING, host_free_at, now + wait * (1 + jitter / 5))
