"""A webhook of the reader's own: documented JSON, signed as https://www.standardwebhooks.com specifies.

``webhooks://host/path?secret=whsec_...``; as with Apprise's own, ``+Name=value`` adds a header and ``-name=value`` an
argument of the receiver's address.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import requests
from apprise.plugins.base import NotifyBase

from monitor import __version__
from monitor.notify.identity import identity
from monitor.notify.plugins.told import Told

_PREFIX = "whsec_"
# What the specification asks of a secret, in bytes.
_SHORTEST_KEY, _LONGEST_KEY = 24, 64


class Webhook(Told, NotifyBase):
    """Posts the body of the message as it is."""

    service_name = "Webhook"
    protocol = "webhook"
    secure_protocol = "webhooks"
    setup_url = "docs/webhook.md"
    request_rate_per_sec = 0
    templates = ("{schema}://{host}/{path}?secret=whsec_...",)

    def __init__(
        self,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        arguments: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> None:
        """Take what `parse_url` has read. Raises ValueError for a secret that is none."""
        super().__init__(**rest)
        self._key = _key(secret) if secret else None
        self._headers = dict(headers or {})
        self._arguments = dict(arguments or {})
        port = f":{self.port}" if self.port else ""
        self._address = (
            f"{'https' if self.secure else 'http'}://{self.host}{port}{rest.get('fullpath') or '/'}"
        )

    def send(self, **_: object) -> bool:
        """Post once. The body that Apprise hands on may have lost its end, that of the message has not."""
        content = self.message.body.encode()
        try:
            answer = requests.post(
                self._address,
                params=self._arguments,
                data=content,
                headers={**self._signed(content), **self._headers},
                auth=(self.user, self.password or "") if self.user else None,
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            self.logger.warning("the webhook can't be reached")  # `wire` listens
            return False
        return answer.ok and not answer.is_redirect

    def _signed(self, content: bytes) -> dict[str, str]:
        name, moment = identity(self.message), str(int(self.now.timestamp()))
        headers = {
            "User-Agent": f"news-monitor/{__version__}",
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": moment,
        }
        if self._key is not None:
            signature = hmac.digest(
                self._key, b".".join([name.encode(), moment.encode(), content]), hashlib.sha256
            )
            headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"
        return headers

    def url(self, *_: object, **__: object) -> str:
        """Return no more than whom it is for: Apprise only logs it."""
        return f"{self.secure_protocol if self.secure else self.protocol}://{self.host}"

    @property
    def url_identifier(self) -> tuple[object, ...]:
        """Return what tells it from others."""
        return (self.secure, self._address, self.user, self._key)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Return the arguments of the constructor."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url)
        if parts:
            unquote = NotifyBase.unquote
            parts["secret"] = unquote(parts["qsd"].get("secret"))
            parts["headers"] = {unquote(name): unquote(value) for name, value in parts["qsd+"].items()}
            parts["arguments"] = {unquote(name): unquote(value) for name, value in parts["qsd-"].items()}
        return parts


def _key(secret: str) -> bytes:
    # In an address both alphabets of base64 are at home.
    plain = secret.removeprefix(_PREFIX).replace("-", "+").replace("_", "/").replace(" ", "+")
    key = base64.b64decode(plain, validate=True)
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise ValueError("the secret is too short or too long")
    return key
