"""The configurations of the tutorial and the recipes are good, and there is nothing to say of them."""

import re
from pathlib import Path

import pytest

from monitor.app.settings import load_settings

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [DOCS / "tutorial.md", *sorted((DOCS / "recipes").glob("*.md"))]
SECRETS = {"MAIL_PASSWORD": "long-secret-word", "PROXY_PASSWORD": "long-secret-word"}
FILES = {
    "web_password": "long-secret-word",
    "db_password": "long-secret-word",
    "pager_url": "json://pager.example/hook",
    **dict.fromkeys(
        ("slack_url", "slack_foreign", "slack_business", "slack_security", "slack_press"),
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_configuration_can_be_pasted(page: Path, tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[0]
    for name, secret in FILES.items():
        (tmp_path / name).write_text(secret + "\n", encoding="utf-8")
    (tmp_path / "subscriptions.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" xmlUrl="https://example.org/feed"/></body></opml>'
    )
    (tmp_path / "feeds.d").mkdir()
    (tmp_path / "feeds.d/world.toml").write_text('[[feeds]]\nurl = "https://example.com/feed"\n')
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")

    assert load_settings(config, SECRETS).remarks() == ()


def test_every_recipe_is_in_the_list() -> None:
    listed = (DOCS / "README.md").read_text(encoding="utf-8")
    assert all(f"recipes/{page.name}" in listed for page in PAGES[1:])
