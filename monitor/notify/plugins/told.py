"""What a plugin is told beside title and body."""

from datetime import datetime

from monitor.model import Message


class Told:
    """A plugin that looks at the whole message."""

    def tell(self, message: Message, *, channel: str, now: datetime) -> None:
        """Take what is sent next, through the channel of this name."""
        self.message = message
        self.channel = channel
        self.now = now
