"""The reference of the API, docs/api.md, from its operations.

``python -m tests.support.api_reference`` writes the page anew.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

from monitor.app.desk import Desk
from monitor.web.api.answers import API
from monitor.web.api.description import describe
from monitor.web.api.everything import operations

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
# Told once, in the head.
_ALWAYS = (400, 401, 403, 411, 413, 415, 503)
_HEAD = """# The API

<!-- Written from the operations by `python -m tests.support.api_reference`. -->

The same as the page shows, as JSON. It lies under `/api/v1` of the address in `[web]` and asks for the password that the page asks for. `/api/v1/openapi.json`
describes it all as OpenAPI 3.1, with every field of every answer.

    curl -H 'Authorization: Bearer TOKEN' 'http://127.0.0.1:8765/api/v1/alerts?rule=ukraine-ceasefire&since=7d'
    curl -H 'Content-Type: application/json' -d '{"rule": "strikes", "for": "2h", "reason": "exercise"}' http://127.0.0.1:8765/api/v1/silences

- Commands print the same with `--json`: the same names for the same things.
- Times are in UTC. Where a time is asked for, `7d` or `12h` means that long ago.
- Lists come newest first, in parts: `{"items": [...], "next": 4711}`. For more, ask again with `before=4711`; `"next": null` means that there is no more.
- What goes wrong is told as RFC 9457 has it, `application/problem+json`, with `errors` that name each value: a value that isn't known, or is
  empty, is an error.
- What doesn't fit the description is answered 400; what fits it and yet can't be done, because there is no such rule or the query can't be read, 422.
- Each question may be answered 400 (something can't be read), 401 (a password is asked for) and 503 (the database can't be used); one that changes
  something also 403 (another site asks), 411, 413 (the body is too long) and 415 (it isn't JSON).
- What changes something takes `application/json`, at most 100,000 bytes, and works at once: the program that answers is the one that polls and sends.

Other addresses: `/alerts.atom` is an Atom feed of the last 50 alerts, `/alerts.atom?rule=NAME` of those of a rule. `/healthz` answers 200 while
the program works, `/readyz` while its database can be read as well, else 503; both need no password.
"""


def page() -> str:
    """Return docs/api.md as it should be."""
    document = describe(operations(cast("Desk", Mock())))  # no question is asked
    paths = document["paths"]
    parts = [_HEAD]
    subjects = dict.fromkeys(one["tags"][0] for methods in paths.values() for one in methods.values())
    for subject in subjects:
        parts.append(f"\n## {subject.capitalize()}\n")
        for path, methods in paths.items():
            parts += [
                _part(path, method, one, document)
                for method, one in methods.items()
                if subject in one["tags"]
            ]
    return "".join(parts)


def _part(path: str, method: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    answered = [(int(status), told) for status, told in operation["responses"].items()]
    (good,) = [status for status, _ in answered if status < 300]
    body = _schema(operation, document)
    rows = [*_parameters(operation), *_fields(body)]
    lines = [f"\n### {method.upper()} {path.removeprefix(API)}\n", operation["summary"]]
    lines += ["", f"The body: {body['description']}"] if body else []
    if rows:
        lines += ["", "| value | in | what it means |", "|---|---|---|", *rows]
    problems = [
        f" {status}: {told['description']}" for status, told in answered if status not in (good, *_ALWAYS)
    ]
    lines += ["", f"Answers {good}.{''.join(problems)}"]
    return "\n".join(lines) + "\n"


def _parameters(operation: dict[str, Any]) -> Iterable[str]:
    for one in operation["parameters"]:
        yield f"| `{one['name']}` | {one['in']} | {_meaning(one['description'], one['schema'])} |"


def _schema(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what is sent, {} when nothing is."""
    if "requestBody" not in operation:
        return {}
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"].get(name, schema)
    return found


def _fields(schema: dict[str, Any]) -> Iterable[str]:
    required = schema.get("required", ())
    for name, value in schema.get("properties", {}).items():
        kinds = [one.get("type") for one in value.get("anyOf", [value])]
        kind = " or ".join(kind for kind in kinds if kind not in (None, "null"))
        yield f"| `{name}` | body | {kind}{', always' if name in required else ''} |"


def _meaning(description: str, schema: dict[str, Any]) -> str:
    words = f" One of {', '.join(f'`{word}`' for word in schema['enum'])}." if "enum" in schema else ""
    usual = f" Else {schema['default']}.".replace("False", "false") if "default" in schema else ""
    return f"{description}{words}{usual}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
