"""Discord: the message as an embed, in which nothing calls anybody, and one request for each send."""

from typing import Any

from apprise.plugins.discord import NotifyDiscord


class Discord(NotifyDiscord):
    """Posts the body as the description of an embed: 4,096 characters instead of 2,000, and no mention in it is alive.

    Whom the URL asks to ping (``?ping=``) is called all the same.
    """

    def _send(self, payload: dict[str, Any], attach: Any = None, params: Any = None, **_: Any) -> bool:
        pings = self.ping_payload(" ".join(self.ping))
        calls = pings.get("content", "")
        if not payload.get("embeds"):
            text = payload["content"].removesuffix(calls)
            payload = {**payload, "content": calls, "embeds": [{"description": text}]}
        # Apprise misspells the name of this field, so that Discord would call whoever is mentioned.
        payload["allowed_mentions"] = pings.get("allow_mentions", {"parse": []})
        payload.pop("allow_mentions", None)
        # It would ask again at once when told to wait.
        return bool(super()._send(payload, attach=attach, params=params, rate_limit=0))
