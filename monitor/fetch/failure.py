"""How a fetch ends early: one exception inside this package, one value outside."""

import os
import ssl
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

from monitor.model import FetchFailed, Reason


class ProtocolError(Exception):
    """The answer isn't HTTP as it should be. The message is ours, and has nothing that the server sent."""


# The families that the transport is known to raise; anything else is a bug and stays one.
NETWORK_ERRORS = (ProtocolError, OSError)


class Failure(Exception):
    """Ends the fetch with `outcome`. `detail` is one line for people, free of secrets."""

    def __init__(self, reason: Reason, detail: str, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.outcome = FetchFailed(reason=reason, detail=detail, retry_after=retry_after)


def classify(error: Exception, stage: str) -> FetchFailed:
    """Return what one of NETWORK_ERRORS, met while `stage`, means.

    The system's own messages quote addresses, so none is passed on.
    """
    if isinstance(error, ProtocolError):
        return FetchFailed(reason=Reason.PROTOCOL, detail=f"{error} while {stage}")
    tls = next((one for one in _chain(error) if isinstance(one, ssl.SSLError)), None)
    if tls is not None:
        return FetchFailed(reason=Reason.TLS, detail=f"{_tls_trouble(tls)} while {stage}")
    return FetchFailed(reason=Reason.CONNECT, detail=f"{system_trouble(error)} while {stage}")


def system_trouble(error: Exception) -> str:
    """Return what the operating system said, such as ``connection refused``."""
    codes = (one.errno for one in _chain(error) if isinstance(one, OSError) and one.errno)
    code = next(codes, None)
    return os.strerror(code).lower() if code else "the connection broke"


def status_text(status: int) -> str:
    """Return a status with its registered phrase, such as ``404 Not Found``; never the server's words."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _tls_trouble(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate isn't trusted ({error.verify_message})"
    return f"TLS failed ({(error.reason or 'no reason given').replace('_', ' ').lower()})"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
