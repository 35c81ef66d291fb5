"""One channel as Apprise sees it: reading its URL, and sending through it. The only import of Apprise.

Importing this module costs a quarter of a second and its first use another second, for all the plugins:
it is imported when a channel is checked or used, never before.
"""

import difflib
import re
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.common import OverflowMode
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.plugins.base import NotifyBase
from apprise.plugins.slack import NotifySlack
from apprise.result import AppriseResultStatus

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from monitor.notify import wire
from monitor.notify.outcome import judge
from monitor.notify.subject import subject_line

wire.tap()

_PLUGINS: Any = NotificationManager()  # type: ignore[no-untyped-call]  # Apprise left it without types
_MAIL = ("mailto", "mailtos")
_BODY_FORMATS = {
    MessageFormat.SLACK: NotifyFormat.MARKDOWN,
    MessageFormat.MAIL: NotifyFormat.HTML,
    MessageFormat.TEXT: NotifyFormat.TEXT,
}
# Seconds. A mail server may take its time over the answer to DATA, and mail knows only the first of the two.
_CONNECT, _READ, _MAIL_TIMEOUT = 10.0, 30.0, 30.0
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_+-]{0,29})://")
# Values of URL arguments that are no secrets, and whose removal would garble an ordinary sentence.
_PLAIN_WORDS = frozenset({"true", "false", "text", "html", "markdown", "split", "starttls", "insecure"})
_SHORTEST_SECRET = 4


class Service:
    """A channel's Apprise object, kept for the life of the program.

    `send` blocks and must not run twice at a time.
    """

    def __init__(self, url: str) -> None:
        """Open the channel. Raises ValueError like `check`."""
        self._plugin = _plugin(url)
        self._body_format = _BODY_FORMATS[_format(self._plugin)]
        self._apprise = Apprise(asset=self._plugin.asset)
        self._apprise.add(self._plugin)
        self._secrets = _secrets(url)

    def send(self, message: Message) -> SendOutcome:
        """Send one message once. Every failure is a value."""
        with wire.listening() as heard:
            result = self._apprise.notify(
                body=message.body, title=_title(message), body_format=self._body_format
            )
        if result.status is AppriseResultStatus.SUCCESS:
            return SendOutcome(SendStatus.SENT)
        if result.status is AppriseResultStatus.TIMEOUT:
            return SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")
        if result.status is AppriseResultStatus.NOMATCH:
            return SendOutcome(SendStatus.REFUSED, "the channel's URL names nobody to send to")
        outcome = judge(heard)
        return SendOutcome(outcome.status, self._masked(outcome.detail), outcome.retry_after)

    def _masked(self, text: str) -> str:
        return self._secrets.sub("***", text) if self._secrets else text


def _title(message: Message) -> str:
    if message.format is MessageFormat.SLACK:
        return ""  # it can't be a link there; the body leads with the headline, which a title would repeat
    return subject_line(message.title) if message.format is MessageFormat.MAIL else message.title


def check(url: str) -> MessageFormat:
    """Return the format of the channel's messages. Raises ValueError as `monitor.notify.check_channel`."""
    return _format(_plugin(url))


def _plugin(url: str) -> NotifyBase:
    found = _SCHEME.match(url)
    scheme = found.group(1).lower() if found else ""
    # What a plugin raises, of any kind, holds parts of the URL; what to do about it is the same for all.
    try:
        parts = url_to_dict(url)  # type: ignore[no-untyped-call]  # as above
    except Exception:  # noqa: BLE001 - see above
        parts = None
    if parts is None:
        raise ValueError(_unreadable(scheme))
    kind = _PLUGINS[parts["schema"]]
    _settle(parts, kind)
    try:
        plugin = Apprise.instantiate(parts, asset=_asset(), suppress_exceptions=False)
    except Exception:  # noqa: BLE001 - see above
        raise ValueError(_incomplete(scheme, kind)) from None
    if plugin is None:
        raise ValueError(_disabled(scheme, kind))
    # Pace, repeats and verdicts are ours: a hidden second try or a forgiven failure would break the outbox.
    plugin.request_rate_per_sec = 0
    plugin.retry = 0
    plugin.optional = False
    _check_recipients(plugin)
    return plugin


def _settle(parts: dict[str, Any], kind: type[NotifyBase]) -> None:
    """Put our defaults where the URL says nothing."""
    mail = parts["schema"] in _MAIL
    defaults: dict[str, object] = {
        # Too long for the service: in parts, none dropped. Half an HTML text is none, and a mail can be long.
        "overflow": OverflowMode.UPSTREAM if mail else OverflowMode.SPLIT,
        "cto": _MAIL_TIMEOUT if mail else _CONNECT,
        "rto": _READ,
    }
    for argument in ("footer", "image"):
        if argument in kind.template_args:
            defaults[argument] = False
    for argument, value in defaults.items():
        if argument not in parts["qsd"]:
            parts[str(kind.template_args.get(argument, {}).get("map_to", argument))] = value


def _asset() -> AppriseAsset:
    return AppriseAsset(
        app_id="news-monitor",
        app_desc="news-monitor",
        storage_mode="memory",
        secure_logging=True,
        allow_templates=False,
        interpret_escapes=False,
        interpret_emojis=False,
        # A POST that follows a redirect becomes a GET: answered with 200, and nothing delivered.
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        # The notifier keeps the deadline; with one of its own Apprise would use a pool that all share.
        service_timeout=0,
    )


def _format(plugin: NotifyBase) -> MessageFormat:
    if isinstance(plugin, NotifySlack):
        return MessageFormat.SLACK
    return MessageFormat.MAIL if plugin.schema in _MAIL else MessageFormat.TEXT


def _check_recipients(plugin: NotifyBase) -> None:
    several = len(plugin) > 1 or getattr(plugin, "cc", None) or getattr(plugin, "bcc", None)
    if several:
        raise ValueError(
            "the URL names several recipients, which can't be told apart when one of them fails; "
            "write a channel for each, and name them all in the rule"
        )
    if len(plugin) == 0:
        raise ValueError("the URL names nobody to send to; add the recipient to the URL")


def _unreadable(scheme: str) -> str:
    if scheme in _PLUGINS:
        return _incomplete(scheme, _PLUGINS[scheme])
    if scheme in ("http", "https"):
        own = "jsons" if scheme == "https" else "json"
        return (
            "the URL is an address that belongs to no service Apprise knows; for a webhook of your own write "
            f"{own}:// instead of {scheme}://"
        )
    near = difflib.get_close_matches(scheme, _PLUGINS.schemas(), n=1)
    hint = f"did you mean {near[0]}://?" if near else "see https://appriseit.com/services/ for what there is"
    return f"the URL starts with {scheme}://, which Apprise doesn't know; {hint}"


def _incomplete(scheme: str, kind: type[NotifyBase]) -> str:
    forms: Any = kind.templates  # some plugins have none
    form = str(forms[0] if forms else "{schema}://...").replace("{schema}", scheme)
    return (
        f"the URL is incomplete or has a part that can't be right; the form is {form}, see {kind.setup_url}"
    )


def _disabled(scheme: str, kind: type[NotifyBase]) -> str:
    needs: Any = kind.requirements.get("packages_required") or "something"
    names = needs if isinstance(needs, str) else " and ".join(map(str, needs))
    return f"{scheme}:// needs {names} that isn't there; install it beside news-monitor, see {kind.setup_url}"


def _secrets(url: str) -> re.Pattern[str] | None:
    """Return what matches any part of the URL that may be secret, as written and decoded."""
    parts = urlsplit(url)
    pieces = {url, parts.fragment, *parts.path.split("/"), *re.split("[@:]", parts.netloc)}
    pieces.update(pair.partition("=")[2] for pair in parts.query.split("&"))
    pieces |= {decode(piece) for piece in pieces for decode in (unquote, unquote_plus)}
    known = [p for p in pieces if len(p) >= _SHORTEST_SECRET and p.lower() not in _PLAIN_WORDS]
    if parts.password:
        known.append(parts.password)
    known.sort(key=len, reverse=True)  # one may be part of another
    return re.compile("|".join(map(re.escape, known))) if known else None
