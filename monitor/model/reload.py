"""What changes when the configuration is read anew, and how the last try went."""

from dataclasses import dataclass
from datetime import datetime

from monitor.errors import Problem


@dataclass(frozen=True, slots=True)
class Difference:
    """What came, went and changed between two lists, by name."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return False when the lists are the same."""
        return bool(self.added or self.removed or self.edited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a new configuration changes: feeds by address, rules and channels by name, other keys as they are written.

    `needs_restart` are the keys that stay as they were until the next start.
    """

    feeds: Difference = Difference()
    rules: Difference = Difference()
    channels: Difference = Difference()
    other: tuple[str, ...] = ()
    needs_restart: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return False when all is as before."""
        return bool(self.feeds or self.rules or self.channels or self.other or self.needs_restart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """The last try to read the configuration anew: what it changed, or the `problems` for which it was refused."""

    at: datetime
    changes: Changes | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationState:
    """A configuration has been in force `since` then; it was tried to read it anew at `tried_at`.

    What was tried last has so many `mistakes`, of which `problems` are the first; none when it is good. `changes` are those that
    the present one brought, None at the start. The owner knows of the problems `told`, as of `told_at`.
    """

    since: datetime
    tried_at: datetime
    changes: Changes | None = None
    mistakes: int = 0
    problems: tuple[Problem, ...] = ()
    told: tuple[Problem, ...] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandedChannel:
    """Deliveries of alerts, by id, that wait for a channel which isn't configured any more."""

    channel: str
    deliveries: tuple[int, ...]
