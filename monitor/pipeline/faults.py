"""Rules that can't be held against an entry: a fault of ours, told once for each rule."""

import logging
from collections.abc import Iterable

from monitor.match import RuleFault

_LOGGER = logging.getLogger("monitor")


class RuleFaults:
    """Logs each fault when it is first met; all further entries would only say the same."""

    def __init__(self) -> None:
        self._told: set[RuleFault] = set()

    def tell(self, faults: Iterable[RuleFault]) -> None:
        """Log what hasn't been told yet."""
        for fault in faults:
            if fault not in self._told:
                self._told.add(fault)
                fields = {"rule": fault.rule, "detail": fault.detail}
                _LOGGER.error("a rule failed inside, the others go on", extra={"fields": fields})
