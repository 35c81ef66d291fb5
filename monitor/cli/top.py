"""`top`: how it goes, in a terminal, as it goes."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, load
from monitor.cli.output import Cell, Column, Grid
from monitor.cli.status import STYLES, channels_grid, summary
from monitor.errors import StoreError
from monitor.health import NOBODY, detail_of
from monitor.model import AlertWish, ListedAlert
from monitor.moments import lasting, spoken, stamped

if TYPE_CHECKING:
    from rich.console import RenderableType

    from monitor.app.overview import Overview

Look = Callable[[], "_Glance"]

_EVERY = 2.0
_HOURS = 24
_MOST_UNWELL = 5
_MOST_ALERTS = 40
_LEAST_ALERTS = 3
_BLOCKS = "▁▂▃▄▅▆▇█"
_FRAME = 3  # lines around a table: one between, its head, a rule
_END = ("q", "Q", "")


def top(config: Config = DEFAULT_CONFIG) -> int:
    """Watch how it goes, in a terminal, until q or Ctrl-C.

    It shows whether the monitor runs, feeds that are unwell, channels, entries of each of the last 24 hours and the last alerts. It reads
    the database every two seconds, beside a running monitor. Where there is no terminal, it prints all that once and ends.

    Example: news-monitor top --config /etc/news-monitor/config.toml
    """
    from monitor.app import ask
    from monitor.app.overview import Overview
    from monitor.clock import SystemClock

    settings, clock = load(config), SystemClock()
    with ask.open_history(settings) as history:

        def look() -> _Glance:
            now = clock.now()
            first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=_HOURS - 1)
            alerts, _ = history.alerts(AlertWish(limit=_MOST_ALERTS))
            view = Overview(settings, history.status(), now)
            per_hour = history.entries_per_hour(first, _HOURS)
            return _Glance(view, alerts, per_hour, history.first_poll_entries(first))

        glance = look()
        if not sys.stdout.isatty():
            glance.say()
            return GOOD if glance.view.runs else FAILED
        with suppress(KeyboardInterrupt):  # here, Ctrl-C is how it ends
            _watch(glance, look)
    return GOOD


@dataclass(frozen=True, slots=True)
class _Glance:
    """What is seen at one moment. `per_hour` leaves out the entries `of_first_polls`. `trouble`: why there is no newer one."""

    view: "Overview"
    alerts: Sequence[ListedAlert]
    per_hour: Sequence[int]
    of_first_polls: int
    trouble: str = ""

    def say(self) -> None:
        """Print it, for a pipe or a file."""
        for text, _ in self._lines():
            output.say(text)
        for grid in self._grids(_MOST_ALERTS):
            output.say()
            grid.say()

    def drawn(self, height: int) -> "RenderableType":
        """Return it for a terminal, with as many alerts as `height` lines leave room for."""
        from rich.console import Group
        from rich.text import Text

        lines = [Text(output.safe(text), style=style, no_wrap=True) for text, style in self._lines()]
        others = len(lines) + sum(_FRAME + len(grid.rows) for grid in self._grids(0))
        grids = self._grids(max(_LEAST_ALERTS, height - others - _FRAME))
        tables = [part for grid in grids for part in (Text(), grid.table(wrap=False))]
        return Group(*lines, *tables)

    def _lines(self) -> list[tuple[str, str]]:
        found = f"entries an hour {spark(self.per_hour)} {sum(self.per_hour):,} in {_HOURS} h"
        if self.of_first_polls:
            found += f", without {self.of_first_polls:,} of first polls"
        return [self._head(), (summary(self.view.totals()), ""), (found, "")]

    def _grids(self, alerts: int) -> list[Grid]:
        view = self.view
        channels = channels_grid(view.channels, view.now, view.zone)
        return [grid for grid in (self._unwell(), channels, self._alerts(alerts)) if grid.rows]

    def _head(self) -> tuple[str, str]:
        view = self.view
        when = stamped(view.now, view.now, view.zone)
        if self.trouble:
            return f"news-monitor {__version__}, as it was at {when}: {self.trouble}", "bold red"
        if not view.runs:
            return (
                f"news-monitor {__version__} doesn't seem to run: a feed has been due for {lasting(view.late)}",
                "bold red",
            )
        if NOBODY in view.amiss:
            return f"{NOBODY} {when}", "bold yellow"
        return f"news-monitor {__version__} runs, {when}", "bold green"

    def _unwell(self) -> Grid:
        unwell, now = self.view.unwell, self.view.now
        grid = Grid([Column("Feed"), Column("State"), Column("Detail")])
        for feed in unwell[:_MOST_UNWELL]:
            state = Cell(feed.state.value, style=STYLES[feed.state])
            grid.rows.append([Cell(feed.name), state, Cell(detail_of(feed, now))])
        if (rest := len(unwell) - _MOST_UNWELL) > 0:
            more = Cell(f"and {rest:,} more", style="dim")
            grid.rows.append([more, Cell(""), Cell("news-monitor feeds list --failing", style="dim")])
        return grid

    def _alerts(self, count: int) -> Grid:
        now, zone = self.view.now, self.view.zone
        rows = [
            [
                Cell(spoken(alert.created_at, now, zone)),
                Cell(", ".join(alert.rules)),
                Cell(alert.title or "(no title)"),
                Cell(alert.feed_name),
            ]
            for alert in self.alerts[:count]
        ]
        return Grid([Column("Alerted"), Column("Rules"), Column("Headline"), Column("Feed")], [*rows])


def spark(values: Sequence[int]) -> str:
    """Return a chart of one line, the oldest value first: nothing is the lowest block, the most is the highest."""
    most = max(values, default=0) or 1
    return "".join(_BLOCKS[-(-value * (len(_BLOCKS) - 1) // most)] for value in values)


def _watch(glance: _Glance, look: Look) -> None:
    """Show how it goes until a key ends it. Raises KeyboardInterrupt."""
    import signal
    from dataclasses import replace

    from rich.console import Console
    from rich.live import Live

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leaves the terminal as it was, as Ctrl-C does
    console = Console(file=sys.stdout, highlight=False)
    with _keys() as pressed, Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            live.update(glance.drawn(console.height), refresh=True)
            if pressed(_EVERY) in _END:
                return
            try:
                glance = look()
            except StoreError as error:  # a database that is away for a moment comes back
                glance = replace(glance, trouble=str(error))


@contextmanager
def _keys() -> Iterator[Callable[[float], str | None]]:
    """Read keys as they are pressed: yields what waits so many seconds for one. None: there was none; "": nobody can press one any more."""
    import select
    import termios
    import tty

    keyboard = [sys.stdin.fileno()] if sys.stdin.isatty() else []

    def pressed(seconds: float) -> str | None:
        ready, _, _ = select.select(keyboard, [], [], seconds)
        return os.read(ready[0], 1).decode(errors="replace") if ready else None

    before = [(descriptor, termios.tcgetattr(descriptor)) for descriptor in keyboard]
    try:
        for descriptor in keyboard:
            tty.setcbreak(descriptor)
        yield pressed
    finally:
        for descriptor, attributes in before:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)
