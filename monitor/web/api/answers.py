"""Answers as JSON, and what went wrong as RFC 9457 has it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response

API = "/api/v1"


def is_api(path: str) -> bool:
    """Tell whether a program asks, not a person."""
    return path == "/api" or path.startswith("/api/")


def answer(value: object, kind: TypeAdapter[Any], status: int = 200) -> Response:
    """Return a value of `kind` as JSON; times are in UTC."""
    return Response(kind.dump_json(value), status, media_type="application/json")


def problem(status: int, words: str, problems: Mapping[str, str]) -> Response:
    """Return what is wrong, and with which values, as application/problem+json."""
    told = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": words,
        "errors": [{"name": name, "detail": what} for name, what in problems.items()],
    }
    body = TypeAdapter(dict[str, Any]).dump_json(told)
    return Response(body, status, media_type="application/problem+json")
