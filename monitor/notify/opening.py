"""A channel's URL -> Apprise's plugin, set up so that it sends once, at once, and says what came of it.

Importing this module costs a quarter of a second and its first use another second, for all the plugins:
it is imported when a channel is checked or used, never before.
"""

import difflib
import re
from typing import Any

from apprise import AppriseAsset
from apprise.common import OverflowMode
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from apprise.plugins.base import NotifyBase

from monitor.model import MessageFormat
from monitor.notify import wire
from monitor.notify.plugins import OURS
from monitor.notify.traits import traits

wire.tap()

_PLUGINS: Any = NotificationManager()  # type: ignore[no-untyped-call]  # Apprise left it without types
for _plugin in OURS:
    _PLUGINS.add(_plugin, force=True)

# Seconds. A mail server may take its time over the answer to DATA, and mail knows only the first of the two.
_CONNECT, _READ, _MAIL_TIMEOUT = 10.0, 30.0, 30.0
_MAIL = ("mailto", "mailtos")
_WHOLE = (*_MAIL, "webhook", "webhooks")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_+-]{0,29})://")


def open_plugin(url: str) -> Any:
    """Return the plugin behind `url`, which may name several recipients. Raises ValueError as `monitor.notify.check_channel`."""
    found = _SCHEME.match(url)
    scheme = found.group(1).lower() if found else ""
    # What a plugin raises, of any kind, holds parts of the URL; what to do about it is the same for all.
    try:
        parts = url_to_dict(url)
    except Exception:  # noqa: BLE001 - see above
        parts = None
    if parts is None:
        raise ValueError(_unreadable(scheme))
    kind = _PLUGINS[parts["schema"]]
    if not kind.enabled:
        raise ValueError(_disabled(scheme, kind))
    _put_defaults(parts, kind)
    try:
        plugin = kind(**parts, asset=_asset())
    except Exception:  # noqa: BLE001 - see above
        raise ValueError(_incomplete(scheme, kind)) from None
    _calm(plugin)
    return plugin


def _put_defaults(parts: dict[str, Any], kind: type[NotifyBase]) -> None:
    """Put our defaults where the URL says nothing; where bodies are written for the service it has no say in their format."""
    mail = parts["schema"] in _MAIL
    if traits(parts["schema"]).format not in (MessageFormat.MAIL, MessageFormat.TEXT):
        parts.pop("format", None)
    defaults: dict[str, object] = {
        # Too long for the service: in parts, none dropped. Half a document is none, and mail and webhooks can be long.
        "overflow": OverflowMode.UPSTREAM if parts["schema"] in _WHOLE else OverflowMode.SPLIT,
        "cto": _MAIL_TIMEOUT if mail else _CONNECT,
        "rto": _READ,
    }
    for argument in ("avatar", "footer", "image"):  # pictures from elsewhere, and what names Apprise
        if argument in kind.template_args:
            defaults[argument] = False
    for argument, value in defaults.items():
        if argument not in parts["qsd"]:
            parts[str(kind.template_args.get(argument, {}).get("map_to", argument))] = value


def _calm(plugin: Any) -> None:
    """Take from the plugin what is ours: pace, repeats and verdicts.

    A hidden second try or a forgiven failure would break the outbox, and a plugin that sleeps keeps its lane.
    """
    plugin.request_rate_per_sec = 0
    plugin.throttle = _at_once
    plugin.retry = 0
    plugin.optional = False
    plugin.default_retries = 1  # Matrix: tries in all
    if longest := traits(plugin.schema).longest_body:
        plugin.body_maxlen = longest


def _at_once(*_: object, **__: object) -> None:
    """Stand in for Apprise's throttle, which sleeps."""


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


def _unreadable(scheme: str) -> str:
    if scheme in _PLUGINS:
        return _incomplete(scheme, _PLUGINS[scheme])
    if scheme in ("http", "https"):
        own = "webhooks" if scheme == "https" else "webhook"
        return (
            "the URL is an address of no service that Apprise knows, or not a whole one; copy it from the service anew, or "
            f"for a webhook of your own write {own}:// instead of {scheme}://"
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
