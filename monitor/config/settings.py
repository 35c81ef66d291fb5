"""What the program runs with: config.toml and the environment, checked and complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config.files import Files
from monitor.errors import Problem
from monitor.model import Channel, FeedSpec, FetchLimits, Keep, Rule, Secret, Web
from monitor.retry import RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A configuration without mistakes.

    `database` is an SQLAlchemy URL with an absolute path, `database_label` the same to be shown, and
    `database_file` where SQLite keeps it (None: on a server).
    `owners` names the channels that are told how feeds do, and at the times of `alive` (cron) that all is well; `heartbeat` is
    asked every `heartbeat_every`. `web` is where the page is served, None: nowhere. `channel_names` holds what each name that may be used for channels stands for.
    `concurrency` counts feeds polled at once, `per_host` those at one `FeedSpec.host`. `groups` holds the
    terms of each group. `secrets` are the texts that no log line may hold. `remarks` finds what there is to tell
    although nothing is wrong: what subscription lists lose, and what queries hardly mean. Of ten thousand rules that takes a
    third of a second, so it is asked for when nothing waits for it. `files` are those that all of this was read from.
    """

    path: Path
    database: Secret
    database_label: str
    database_file: Path | None
    timezone: ZoneInfo
    owners: tuple[str, ...]
    heartbeat: Secret | None = None
    heartbeat_every: timedelta = timedelta(minutes=1)
    alive: str | None = None
    concurrency: int
    per_host: int
    fetch: FetchLimits
    parse_timeout: timedelta
    parse_workers: int
    retry: RetryPolicy
    keep: Keep
    web: Web | None = None
    feeds: tuple[FeedSpec, ...]
    rules: tuple[Rule, ...]
    groups: Mapping[str, tuple[str, ...]]
    channels: tuple[Channel, ...]
    channel_names: Mapping[str, tuple[str, ...]]
    remarks: Callable[[], tuple[Problem, ...]] = field(default=tuple, repr=False, compare=False)
    secrets: tuple[str, ...] = field(repr=False)
    files: Files = field(default_factory=Files, repr=False, compare=False)
