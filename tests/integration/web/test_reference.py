"""docs/api.md and docs/web.md tell of all that there is."""

import re
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.model import Secret, Web
from monitor.web.site import build_site
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


def test_each_address_that_is_served_is_told_of() -> None:
    """Of forms the page is told on which they stand."""
    site: Any = build_site(cast("Desk", Mock()), Web(auth=Secret("Bearer a-token-of-the-desk")))
    served = {route.path: route.methods for route in site.app.routes if isinstance(route, Route)}
    assert {"/", "/metrics", "/alerts.atom", "/api/v1/feeds/show"} < served.keys()
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("web.md", "api.md"))
    shown = [
        re.sub(r"\{\w+\}", "NUMBER", path) for path, methods in served.items() if methods and "GET" in methods
    ]
    told = [path for path in shown if re.search(rf"[` ]{re.escape(path)}[`?\n]", text)]
    api = {path for path in shown if path.startswith("/api/v1/")}  # the reference has these, as said above
    assert sorted(set(shown) - set(told) - api) == []


def test_each_page_is_told_of(ground: Ground) -> None:
    text = (DOCS / "web.md").read_text(encoding="utf-8")
    linked = values(ground.page("/"), "//header/nav/a/@href")
    served = [href for href in linked if ground.client.get(href).status_code == 200]
    assert {"/", "/alerts", "/deliveries", "/silences"} <= set(served)
    assert [href for href in served if f"`{href}`" not in text] == []
