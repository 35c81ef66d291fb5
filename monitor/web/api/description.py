"""The OpenAPI 3.1 document of the API, from its operations: https://spec.openapis.org/oas/v3.1.1."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from monitor import __version__
from monitor.web.api.answers import API
from monitor.web.api.operation import Operation, Parameter

_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "errors"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "detail"],
                "properties": {"name": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_ALWAYS = (
    (400, "Something that was asked for can't be read."),
    (401, "A password is asked for."),
    (503, "The database can't be used."),
)
_OF_CHANGES = ((403, "Another site asks, or what is sent is not JSON."),)
_OF_BODIES = (
    (411, "The body comes without its length."),
    (413, "The body is too long."),
    (415, "The body is not JSON."),
)
_REF = "#/components/schemas/{model}"


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the whole document."""
    kinds = [(operation, "serialization") for operation in operations]
    bodies = [(operation, "validation") for operation in operations if operation.body is not None]
    schemas, definitions = TypeAdapter.json_schemas(
        [
            *((operation.name, "serialization", TypeAdapter(operation.answer)) for operation, _ in kinds),
            *((operation.name, "validation", TypeAdapter(operation.body)) for operation, _ in bodies),
        ],
        ref_template=_REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        answered = schemas[(operation.name, "serialization")]
        body = schemas.get((operation.name, "validation"))
        paths.setdefault(f"{API}{operation.path}", {})[operation.method.lower()] = _operation(
            operation, answered, body
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "news-monitor",
            "version": __version__,
            "description": "What the monitor watches, found and told. Times are in UTC; lists come newest first.",
        },
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }


def _operation(operation: Operation, answered: Any, body: Any) -> dict[str, Any]:
    failures = {
        str(status): {
            "description": words,
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
        for status, words in (*_ALWAYS, *operation.failures, *_refusals(operation))
    }
    described = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {
            str(operation.status): {
                "description": "What was asked for.",
                "content": {"application/json": {"schema": answered}},
            },
            **failures,
        },
    }
    if body:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return described


def _refusals(operation: Operation) -> Sequence[tuple[int, str]]:
    """Return what may be wrong with a request that changes something."""
    if operation.method == "GET":
        return ()
    return _OF_CHANGES if operation.body is None else (*_OF_CHANGES, *_OF_BODIES)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.in_path,
        "description": parameter.description,
        "schema": parameter.schema,
    }
