"""Bugs planted on purpose, in the process that is to have them: what the harness is worth shows in what it catches."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, update

from monitor.model import AttemptRecord, Message, PollRecord, SendOutcome, SendStatus
from monitor.notify import Notifier
from monitor.store import Store, feeds
from monitor.store.leases import Claim
from monitor.store.tables import FEED


def _record_before_send() -> None:
    """What is to be sent is recorded as sent, and then sent."""
    send, record_attempt = Notifier.send, Store.record_attempt
    waiting: defaultdict[str, list[tuple[Notifier, Message]]] = defaultdict(list)

    async def put_off(self: Notifier, channel: str, message: Message) -> SendOutcome:
        waiting[channel].append((self, message))
        return SendOutcome(SendStatus.SENT)

    async def record_and_send(
        self: Store, record: AttemptRecord, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        channel = record.message.channel
        await record_attempt(self, record, meanwhile)
        for notifier, message in waiting.pop(channel, ()):
            await send(notifier, channel, message)

    Notifier.send = put_off  # type: ignore[method-assign]  # so do all of these
    Store.record_attempt = record_and_send  # type: ignore[method-assign]


def _validators_before_entries() -> None:
    """What the server gave to ask with the next time is stored by itself, before what its document held."""
    commit_polls = Store._commit_polls

    def commit_twice(self: Store, records: Sequence[PollRecord]) -> Sequence[None]:
        for record in records:
            self._database.transact(partial(_store_validators, record=record))
        return commit_polls(self, records)

    Store._commit_polls = commit_twice  # type: ignore[method-assign]


def _store_validators(connection: Connection, record: PollRecord) -> None:
    columns = feeds._memory_of(record)
    early = {name: columns[name] for name in ("etag", "validators_url", "body_hash") if name in columns}
    if early:
        connection.execute(update(FEED).where(FEED.c.id == record.feed_id).values(early))


def _lease_ignored() -> None:
    """A claim is over at once: who asks next claims the same."""

    def parameters(self: Claim) -> dict[str, Any]:
        return {"now": self.now, "token": self.token, "until": self.now}

    Claim.parameters = property(parameters)  # type: ignore[assignment,method-assign]


def _any_answer_is_a_yes() -> None:
    """Whatever a channel answers, the message counts as sent."""
    send = Notifier.send

    async def send_anyway(self: Notifier, channel: str, message: Message) -> SendOutcome:
        return replace(await send(self, channel, message), status=SendStatus.SENT)

    Notifier.send = send_anyway  # type: ignore[method-assign]


BUGS: dict[str, Callable[[], None]] = {
    "recorded before it is sent": _record_before_send,
    "validators stored before entries": _validators_before_entries,
    "lease ignored": _lease_ignored,
    "any answer is a yes": _any_answer_is_a_yes,
}
