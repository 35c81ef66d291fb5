"""How each service wants its messages: the format, the pace that it bears, and how long they may be.

The paces are the services' own figures for what goes to one recipient. Where a service allows a burst first, they are what it allows
for ever: the outbox has a place to wait, and a refusal costs more than a second.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from monitor.model import MessageFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """`gap`: seconds between two messages, None for the figure that Apprise has. `longest_body`: instead of Apprise's."""

    format: MessageFormat = MessageFormat.TEXT
    gap: float | None = None
    longest_body: int | None = None


_UNKNOWN = Traits()
_TRAITS = {
    # https://docs.slack.dev/apis/web-api/rate-limits: one a second.
    "slack": Traits(format=MessageFormat.SLACK, gap=1),
    # https://birdie0.github.io/discord-webhooks-guide/other/rate_limits.html: 5 in 2 seconds, and people count 30 in a minute
    # for all webhooks of a Discord channel; Discord gives the figures in its answers only. An embed has room for 4,096 characters:
    # https://discord.com/developers/docs/resources/message#embed-object-embed-limits
    "discord": Traits(format=MessageFormat.DISCORD, gap=2, longest_body=4_096),
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one a second, 20 a minute to a group.
    # It counts 4,096 characters without the markup, which Apprise would count as well.
    "tgram": Traits(format=MessageFormat.TELEGRAM, gap=1, longest_body=32_768),
    # https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook: 4 a second,
    # 28 KB. Apprise would cut at 1,000 characters.
    "workflow": Traits(format=MessageFormat.TEAMS, gap=0.25, longest_body=20_000),
    # https://docs.ntfy.sh/config/#rate-limiting: 60, then one in 5 seconds.
    "ntfy": Traits(format=MessageFormat.NTFY, gap=5),
    # https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#rc_message: 10, then one in 5 s.
    "matrix": Traits(format=MessageFormat.MATRIX, gap=5),
    # https://pushover.net/api#friendly: two connections at a time, and no figure but 10,000 a month for all of an account:
    # https://support.pushover.net/i12-message-size-and-frequency-limitations.
    "pover": Traits(gap=1),
    # https://developers.google.com/workspace/chat/limits: 60 writes a minute to a space.
    "gchat": Traits(gap=1),
    # https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements: 30 a minute, the
    # lowest of the large providers.
    "mailto": Traits(format=MessageFormat.MAIL, gap=2),
    "webhook": Traits(format=MessageFormat.WEBHOOK, gap=0),
}
_TELEGRAM_GROUP = timedelta(seconds=3)


def scheme(written: str) -> str:
    """Return the scheme of a URL without the ``s`` for TLS at its end."""
    plain = written.removesuffix("s")
    return plain if plain in _TRAITS else written


def traits(written: str) -> Traits:
    """Return those of the service whose URLs begin so."""
    return _TRAITS.get(scheme(written), _UNKNOWN)


def gap(plugin: Any) -> timedelta:
    """Return the shortest time between two messages to the plugin's one recipient."""
    known = traits(plugin.schema).gap
    if known is None:
        return timedelta(seconds=type(plugin).request_rate_per_sec)
    # Groups of Telegram have negative numbers or names.
    group = scheme(plugin.schema) == "tgram" and any(not str(chat).isdigit() for chat, _ in plugin.targets)
    return _TELEGRAM_GROUP if group else timedelta(seconds=known)
