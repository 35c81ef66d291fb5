"""The description of the API is true: what it allows is answered as it says, and what it doesn't allow is refused.

Schemathesis makes both up, and holds each answer against the description: status, type, headers and what is in it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Err, Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.integration.web.conftest import configured
from tests.support.feed_server import FeedServer
from tests.support.ground import Ground
from tests.support.sinks import WebhookSink

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Question: TypeAlias = Case[Operation]
# The same ones each time, so that a failure is one of the change that it meets.
ASKING = settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def connection() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def described(ground: Ground) -> OpenApiSchema:
    """Return the API as it describes itself."""
    schema = schemathesis.openapi.from_dict(ground.ask("/openapi.json"))
    checks = schema.config.checks
    # No schema can say which queries can be read and which rules there are. What is refused for that is 422, which is
    # allowed only where it is described (status_code_conformance); all else that a schema allows must be answered.
    checks.positive_data_acceptance.expected_statuses.append("422")
    # A body is too long before anybody reads what else is wrong with it.
    checks.negative_data_rejection.expected_statuses.append("413")
    return schema


def operations(schema: OpenApiSchema) -> Sequence[Operation]:
    found = list(schema.get_all_operations())
    assert [one for one in found if isinstance(one, Err)] == []
    return [one.ok() for one in found if isinstance(one, Ok)]


def hold(cases: SearchStrategy[Question], ground: Ground, connection: requests.Session) -> None:
    """Ask all that and hold the answers against the description."""

    @ASKING
    @given(case=cases)
    def ask(case: Question) -> None:
        case.call_and_validate(base_url=ground.url, session=connection)

    ask()


def test_whatever_the_description_allows_is_answered_as_it_says(
    told: Ground, connection: requests.Session
) -> None:
    for operation in operations(described(told)):
        hold(operation.as_strategy(), told, connection)


def test_whatever_it_does_not_allow_is_refused_as_it_says(told: Ground, connection: requests.Session) -> None:
    asking = [one for one in operations(described(told)) if one.query or one.path_parameters or one.body]
    assert len(asking) > 10
    for operation in asking:
        hold(operation.as_strategy(GenerationMode.NEGATIVE), told, connection)


def test_what_is_stored_is_answered_as_it_says(told: Ground, connection: requests.Session) -> None:
    silence = {"rule": "truce", "for": "2h", "reason": "exercise"}
    told.client.post("/api/v1/silences", json=silence).raise_for_status()
    named = {"/feeds/show": {"url": told.ask("/feeds")["items"][0]["url"]}, "/rules/show": {"name": "truce"}}
    for operation in operations(described(told)):
        if operation.method == "get":
            path = {parameter.name: 1 for parameter in operation.path_parameters}
            query = named.get(operation.path.removeprefix("/api/v1"), {})
            case = operation.Case(path_parameters=path, query=query)
            answer = case.call_and_validate(base_url=told.url, session=connection)
            assert answer.status_code == 200, operation.label


def test_whoever_brings_no_password_is_refused_as_it_says(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink, connection: requests.Session
) -> None:
    web = 'listen = "127.0.0.1:0"\nauth = { bearer = "a-token-of-the-desk" }'
    with Ground(tmp_path, configured(feed_server, hook, web)) as ground:
        ground.client.headers["authorization"] = "Bearer a-token-of-the-desk"
        for operation in operations(described(ground)):
            case = operation.Case(path_parameters={one.name: 1 for one in operation.path_parameters})
            answer = case.call(base_url=ground.url, session=connection)
            case.validate_response(answer)
            assert answer.status_code == 401, operation.label
