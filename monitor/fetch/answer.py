"""Status -> outcome."""

import httpx

from monitor.fetch.body import read_body
from monitor.fetch.failure import Failure, status_text
from monitor.fetch.headers import received_validators, retry_after
from monitor.model import Document, FetchOutcome, NotModified, Reason, Validators


async def interpret(
    response: httpx.Response, *, address: str, sent: Validators, max_body: int, redirected: bool
) -> FetchOutcome:
    """Return what the last hop's answer means. Raises Failure. `sent` are the validators it was asked with."""
    conditional = sent != Validators()
    if response.status_code == 304 and conditional:
        return NotModified(validators=_refreshed(sent, received_validators(response.headers)))
    if response.status_code != 200:
        raise _refusal(response)
    body = await read_body(response, max_body)
    # Validators belong to the URL that gave them. The next poll starts at the configured URL again, which
    # never gave these, so behind a redirect there is none to send.
    validators = Validators() if redirected else received_validators(response.headers)
    return Document(
        url=address, body=body, content_type=response.headers.get("content-type"), validators=validators
    )


def _refreshed(sent: Validators, received: Validators) -> Validators:
    return Validators(received.etag or sent.etag, received.last_modified or sent.last_modified)


def _refusal(response: httpx.Response) -> Failure:
    status = response.status_code
    wait = retry_after(response.headers) if status in (429, 503) else None
    reason = Reason.RATE_LIMITED if wait is not None else _reason(status)
    return Failure(reason, f"the server answered {status_text(status)}", wait)


def _reason(status: int) -> Reason:
    if status == 410:
        return Reason.GONE
    if status in (401, 403):
        return Reason.FORBIDDEN
    if status == 429:
        return Reason.RATE_LIMITED
    if 400 <= status < 500:
        return Reason.HTTP_CLIENT_ERROR
    if 500 <= status < 600:
        return Reason.HTTP_SERVER_ERROR
    return Reason.HTTP_OTHER
