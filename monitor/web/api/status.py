"""How it goes, and the channels."""

from collections.abc import Sequence

from monitor.app.channels import ListedChannel, channels
from monitor.app.desk import Desk
from monitor.app.overview import Status
from monitor.web.api.operation import Listed, Operation
from monitor.web.asked import Asked


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of the whole."""

    def status(asked: Asked) -> Status:
        asked.check()
        return desk.overview().whole()

    def listed(asked: Asked) -> Listed[ListedChannel]:
        asked.check()
        return Listed(tuple(channels(desk.settings, desk.reader.status().channels, desk.now())))

    return [
        Operation(
            path="/status",
            name="showStatus",
            summary="The state of every feed and channel, as `news-monitor status` prints it.",
            tag="status",
            run=status,
            answer=Status,
        ),
        Operation(
            path="/channels",
            name="listChannels",
            summary="The configured channels: what waits for each, its last success, why it rests.",
            tag="channels",
            run=listed,
            answer=Listed[ListedChannel],
        ),
    ]
