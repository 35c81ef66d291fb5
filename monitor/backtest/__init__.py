"""What would rules have told, of the entries that are stored? Pure.

StoredEntry -> Replay (as the pipelines decide) -> Told -> Report (counts by rule and day), Difference
"""

from monitor.backtest.replay import Alerted, Replay, Told
from monitor.backtest.report import (
    FLOOD_IN_DAY,
    FLOOD_IN_HOUR,
    Backtest,
    Change,
    Difference,
    Report,
    RuleReport,
    Sample,
)

__all__ = [
    "FLOOD_IN_DAY",
    "FLOOD_IN_HOUR",
    "Alerted",
    "Backtest",
    "Change",
    "Difference",
    "Replay",
    "Report",
    "RuleReport",
    "Sample",
    "Told",
]
