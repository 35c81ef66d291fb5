"""docs/api.md and docs/web.md tell of all that there is."""

from pathlib import Path

from tests.support import api_reference
from tests.support.ground import Ground, values

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_of_the_api_is_what_its_operations_say() -> None:
    assert api_reference.PAGE.read_text(encoding="utf-8") == api_reference.page()


def test_each_endpoint_of_the_description_is_in_it(ground: Ground) -> None:
    text = api_reference.PAGE.read_text(encoding="utf-8")
    paths = ground.ask("/openapi.json")["paths"]
    endpoints = [f"### {method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert [one for one in endpoints if one.replace("/api/v1", "") not in text] == []


def test_each_page_is_told_of(ground: Ground) -> None:
    text = (DOCS / "web.md").read_text(encoding="utf-8")
    linked = values(ground.page("/"), "//header/nav/a/@href")
    served = [href for href in linked if ground.client.get(href).status_code == 200]
    assert {"/", "/alerts", "/deliveries", "/silences"} <= set(served)
    assert [href for href in served if f"`{href}`" not in text] == []
