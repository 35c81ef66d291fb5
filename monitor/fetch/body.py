"""A document's body, decoded, never more than the limit in memory.

httpx decodes each chunk whole, which turns 8 kB of gzip into 268 MB at once; so the raw bytes are
collected, at most `limit` of them, and decompressed into at most `limit` again.
"""

import re
import zlib

import httpx

from monitor.fetch.exchange import Headers
from monitor.fetch.failure import Failure
from monitor.fetch.headers import content_codings, content_length
from monitor.fetch.room import Share
from monitor.model import Reason

_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_OR_GZIP = 47
_RAW_DEFLATE = -15
# Each further member copies the rest of the input; block-wise compressors stay far below this.
_MOST_MEMBERS = 200


async def read_body(response: httpx.Response, share: Share) -> bytes:
    """Return the decoded body, within its share of the room. Raises Failure TOO_LARGE, ENCODING or PROTOCOL (damaged, cut short)."""
    try:
        return await _read(response, share)
    except BaseException:
        share.give_back()
        raise


async def _read(response: httpx.Response, share: Share) -> bytes:
    headers = response.headers.raw
    coding = _coding(headers)
    announced = content_length(headers)
    if coding is None and announced is not None and announced > share.most:
        raise _too_large(share.most)
    raw = await _read_raw(response, share)
    # A file served compressed without saying so; no feed starts with these bytes.
    if coding is None and raw.startswith(_GZIP_MAGIC):
        coding = "gzip"
    if coding is None or not raw:
        return raw
    try:
        return decompress(raw, coding, share.limit)
    except Failure as failure:
        if failure.outcome.reason is not Reason.TOO_LARGE or share.limit == share.most:
            raise
    await share.take()
    return decompress(raw, coding, share.most)


def decompress(raw: bytes, coding: str, limit: int) -> bytes:
    """Return the bytes that gzip or deflate hides in `raw`. Raises Failure TOO_LARGE or PROTOCOL."""
    try:
        return _inflate(raw, _ZLIB_OR_GZIP, limit)
    except zlib.error as error:
        if coding != "deflate":
            raise _damaged() from error
    try:
        # Some servers send deflate without the zlib wrapper that RFC 9110 wants.
        return _inflate(raw, _RAW_DEFLATE, limit)
    except zlib.error as error:
        raise _damaged() from error


def _coding(headers: Headers) -> str | None:
    codings = content_codings(headers)
    if not codings:
        return None
    if len(codings) == 1 and codings[0] in ("gzip", "x-gzip", "deflate"):
        return codings[0]
    named = ", ".join(name if re.fullmatch(r"[a-z0-9-]{1,20}", name) else "?" for name in codings[:3])
    raise Failure(Reason.ENCODING, f"the body is encoded as {named}; only gzip and deflate are understood")


async def _read_raw(response: httpx.Response, share: Share) -> bytes:
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > share.most:
            raise _too_large(share.most)
        if len(raw) > share.limit:
            await share.take()
    return bytes(raw)


def _inflate(raw: bytes, wbits: int, limit: int) -> bytes:
    body = bytearray()
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(wbits)
        body += member.decompress(raw, limit + 1 - len(body))
        if len(body) > limit:
            raise _too_large(limit)
        if not member.eof:
            raise Failure(Reason.PROTOCOL, "the compressed body is cut short")
        raw = member.unused_data
        if not raw.startswith(_GZIP_MAGIC):
            return bytes(body)  # what is left is junk that some servers append
    raise _damaged()


def _damaged() -> Failure:
    return Failure(Reason.PROTOCOL, "the compressed body is damaged")


def _too_large(limit: int) -> Failure:
    return Failure(Reason.TOO_LARGE, f"the document is larger than {limit} bytes")
