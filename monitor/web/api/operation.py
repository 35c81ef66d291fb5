"""What can be asked of the API, each question once: from this follow the routes and the description (OpenAPI)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.api.answers import API, answer
from monitor.web.asked import SPAN, TEXT, Asked, Unreadable

T = TypeVar("T")


def _whole(value: object) -> object:
    """Return 5 for 5.0, which are one number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# Of bodies, each of which says `__pydantic_config__ = STRICT`: nothing else is in them, and a number isn't a text.
STRICT = ConfigDict(extra="forbid", strict=True, regex_engine="python-re")
# A number that a database can hold, and texts that it may be asked for.
Number = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(_whole)]
Text = Annotated[str, Field(max_length=500, pattern=TEXT)]
LongText = Annotated[str, Field(max_length=2_000, pattern=TEXT)]
Span = Annotated[str, Field(max_length=50, pattern=SPAN)]


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A part of a list, the newest first. `next` is what to ask with as `before` for more, None: that is all."""

    items: tuple[T, ...]
    next: int | None = None


def text(longest: int = 500, pattern: str = TEXT) -> dict[str, Any]:
    """Return the schema of a text."""
    return {"type": "string", "maxLength": longest, "pattern": pattern}


def number(most: int = 2**63 - 1) -> dict[str, Any]:
    """Return the schema of a number that counts from 1."""
    return {"type": "integer", "minimum": 1, "maximum": most}


def one_of(words: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a word."""
    return {"type": "string", "enum": list(words)}


_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, text(50, SPAN)]}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the address. `schema` is its JSON Schema; one in `path` is always there."""

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=text)
    in_path: bool = False


USUAL, MOST = 50, 500
LIMIT = Parameter(
    "limit",
    "The most items to answer with.",
    {**number(MOST), "default": USUAL},
)
BEFORE = Parameter(
    "before",
    "Only what is older than the item of this number: `next` of the last answer.",
    number(),
)
SINCE = Parameter(
    "since",
    "Only what came since then: a time such as 2026-11-26T08:00:00Z, or how long ago, such as 7d.",
    _MOMENT,
)
RULE = Parameter("rule", "Only those of this rule.")
UNTIL = Parameter("until", "Only what came before then.", _MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One question. `run` gets what is asked for, by name, and with a `body` also that; it returns an `answer`.

    A plain function runs in a thread and may use the desk's reader, a coroutine function in the loop and may use its store.
    `run` may raise HTTPException with one of the `failures` (status and what it means).
    """

    path: str
    name: str
    summary: str
    tag: str
    run: Callable[..., Any]
    answer: Any
    parameters: Sequence[Parameter] = ()
    body: Any = None
    method: str = "GET"
    status: int = 200
    failures: Sequence[tuple[int, str]] = ()


def routes(operations: Sequence[Operation]) -> list[Route]:
    """Return the routes of these operations."""
    return [
        Route(f"{API}{operation.path}", _endpoint(operation), methods=[operation.method])
        for operation in operations
    ]


def _endpoint(operation: Operation) -> Callable[[Request], Any]:
    kind = TypeAdapter(operation.answer)
    body_kind = None if operation.body is None else TypeAdapter(operation.body)
    known = frozenset(parameter.name for parameter in operation.parameters)

    async def ask(request: Request) -> Response:
        asked = Asked({**request.query_params, **request.path_params})
        asked.problems.update(_odd(request.query_params, known))
        given = [asked] if body_kind is None else [asked, await _body(request, body_kind)]
        if iscoroutinefunction(operation.run):
            value = await operation.run(*given)
        else:
            value = await run_in_threadpool(operation.run, *given)
        return await run_in_threadpool(answer, value, kind, operation.status)

    return ask


def _odd(given: Mapping[str, str], known: Collection[str]) -> Mapping[str, str]:
    """Return what no program means to ask. An empty value would ask for all, where one variable isn't set."""
    unknown = dict.fromkeys(given.keys() - known, "is not known here")
    empty = {name: "is empty" for name, value in given.items() if not value.strip()}
    return empty | unknown


async def _body(request: Request, kind: TypeAdapter[Any]) -> Any:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "The body must be application/json.")
    try:
        return kind.validate_json(await request.body() or b"{}")
    except ValidationError as error:
        raise Unreadable(
            {".".join(map(str, one["loc"])) or "body": one["msg"] for one in error.errors(include_url=False)}
        ) from None
    except RecursionError:
        raise Unreadable({"body": "is nested too deeply"}) from None


def how_many(asked: Asked) -> int:
    """Return the limit that is asked for, or the usual one."""
    return asked.number("limit", MOST) or USUAL


def path_number(name: str, description: str) -> Parameter:
    """Return the parameter for a number in the path."""
    return Parameter(name, description, number(), in_path=True)
