"""Workers: the daemons that share one database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a worker does. All of them read the configuration anew; one that polls reads articles and prunes, too."""

    ALL = "all"
    POLL = "poll"
    DELIVER = "deliver"
    WEB = "web"

    @property
    def polls(self) -> bool:
        """Whether it polls feeds."""
        return self in (Role.ALL, Role.POLL)

    @property
    def delivers(self) -> bool:
        """Whether it sends what waits, and makes what comes by the clock: digests, notices."""
        return self in (Role.ALL, Role.DELIVER)

    @property
    def serves(self) -> bool:
        """Whether it serves the page."""
        return self in (Role.ALL, Role.WEB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A daemon on `host` that was heard of last at `seen_at`, and that others have given up at `lost_at`.

    `setup` is a digest of what it watches, for whom and where it tells: workers that share a database should have the
    same.
    """

    id: str
    host: str
    pid: int
    role: Role
    version: str
    setup: str
    began_at: datetime
    seen_at: datetime
    lost_at: datetime | None = None

    @property
    def name(self) -> str:
        """How people tell it from others: machine and process."""
        return f"{self.host}:{self.pid}"
