"""The words of the program (docs/glossary.md) as frozen values.

Every `datetime` here is aware and in UTC. Every `str` that came from a
feed has been cleaned at the edge (`monitor.parse`): no NUL, no lone surrogate, no control characters,
no bidirectional overrides, one line unless said otherwise. It is still hostile data: whoever shows it
escapes it for the place where it is shown.
"""

from monitor.model.base import Redactor, Secret
from monitor.model.delivery import (
    AttemptRecord,
    ClaimedDelivery,
    Decision,
    DeliveryState,
    SendOutcome,
    SendStatus,
)
from monitor.model.entry import (
    Alert,
    Entry,
    Hit,
    Match,
    Message,
    NewEntry,
    ParsedFeed,
    ParseFailed,
    ParseOutcome,
    PlannedDelivery,
    Sighting,
    TextField,
)
from monitor.model.feed import ClaimedFeed, PollRecord
from monitor.model.fetched import (
    NO_VALIDATORS,
    Document,
    FetchFailed,
    FetchOutcome,
    FetchRequest,
    NotModified,
    Reason,
    Validators,
)
from monitor.model.pace import HOURS_OF_WEEK, NO_HINTS, PublisherHints, Rhythm
from monitor.model.settings import (
    FIRST_POLL_ALERT,
    FIRST_POLL_SILENT,
    NO_EXTRAS,
    Channel,
    FeedSpec,
    FetchLimits,
    MessageFormat,
    Network,
    RequestExtras,
    Rule,
)
from monitor.model.status import ChannelStatus, DeliveryReport, FeedStatus, PollReport, Report, StoreStatus

__all__ = [
    "FIRST_POLL_ALERT",
    "FIRST_POLL_SILENT",
    "NO_EXTRAS",
    "NO_VALIDATORS",
    "Alert",
    "AttemptRecord",
    "Channel",
    "ChannelStatus",
    "ClaimedDelivery",
    "ClaimedFeed",
    "Decision",
    "DeliveryReport",
    "DeliveryState",
    "Document",
    "Entry",
    "FeedSpec",
    "FeedStatus",
    "FetchFailed",
    "FetchLimits",
    "FetchOutcome",
    "FetchRequest",
    "HOURS_OF_WEEK",
    "Hit",
    "Match",
    "Message",
    "MessageFormat",
    "Network",
    "NewEntry",
    "NotModified",
    "ParseFailed",
    "ParseOutcome",
    "ParsedFeed",
    "PlannedDelivery",
    "PollRecord",
    "PollReport",
    "Reason",
    "Redactor",
    "Report",
    "RequestExtras",
    "Rule",
    "Secret",
    "SendOutcome",
    "SendStatus",
    "Sighting",
    "StoreStatus",
    "TextField",
    "Validators",
]
    "PublisherHints",
    "Rhythm",
