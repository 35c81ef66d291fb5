"""Every page as people see it: light and dark, wide and narrow, with and without scripts, and for everybody (axe)."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from monitor.web.shown import PAGES
from tests.browser.conftest import Open

PATHS = tuple(path for path, _ in PAGES)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_is_for_everybody_and_never_wider_than_the_window(
    opened: Open, path: str, width: int, dark: bool
) -> None:
    page = opened(path, dark=dark, width=width)

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_the_same_without_scripts(opened: Open, path: str) -> None:
    with_scripts, without = opened(path), opened(path, scripts=False)

    expect(with_scripts.locator("h1")).to_have_text(without.locator("h1").inner_text())
    numbers = re.compile(r"\d+")
    assert numbers.sub("", without.locator("main").inner_text())
    assert without.locator("main a").count() == with_scripts.locator("main a").count()


def test_times_are_in_the_zone_of_the_reader(opened: Open) -> None:
    page = opened("/")
    first = page.locator("main time").first

    expect(first).to_have_attribute("title", re.compile(r"\d{1,2}:\d\d:\d\d"))
    shown = page.evaluate(
        "at => new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'}).format(new Date(at))",
        first.get_attribute("datetime"),
    )
    expect(first).to_have_attribute("title", shown)


def test_keys_lead_through_the_pages_and_items(opened: Open) -> None:
    page = opened("/")
    page.keyboard.press("j")
    expect(page.locator("main .item a, main tbody a").first).to_be_focused()
    page.keyboard.press("4")
    expect(page.locator("h1")).to_have_text("Feeds")


def test_a_hostile_headline_is_only_text(opened: Open) -> None:
    page = opened("/")

    expect(page.get_by_text("<script>alert('ceasefire')</script>", exact=False).first).to_be_visible()
    assert page.locator("main script, main img").count() == 0
