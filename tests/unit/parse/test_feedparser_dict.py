"""feedparser's dictionaries are looked into more plainly here (monitor.parse.xml_feed), and answer as they do by themselves."""

import importlib.util
import warnings
from types import ModuleType
from typing import Any

import feedparser.util
from hypothesis import given
from hypothesis import strategies as st

import monitor.parse.xml_feed  # noqa: F401 - which changes them


def left_alone() -> ModuleType:
    spec = importlib.util.spec_from_file_location("left_alone", feedparser.util.__file__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


THEIRS = left_alone().FeedParserDict
NAMES = sorted(
    {*THEIRS.keymap, "category", "enclosures", "license", "updated", "updated_parsed", "published", "type"}
    | {"published_parsed", "id", "rights", "summary", "subtitle", "subtitle_detail", "href", "entries", "rel"}
)
TEXTS = st.sampled_from(["", "a", "b"])
LINKS = st.lists(st.fixed_dictionaries({"rel": st.sampled_from(["enclosure", "license"]), "href": TEXTS}))
TAGS = st.lists(st.fixed_dictionaries({"term": TEXTS}))
HELD = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(NAMES, TEXTS) | {"links": LINKS, "tags": TAGS, "title": st.none()}
)


@given(HELD, st.sampled_from([*NAMES, "links", "tags", "title", "of nobody"]))
def test_every_look_up_answers_as_before(held: dict[str, Any], name: str) -> None:
    assert answers(feedparser.FeedParserDict(held), name) == answers(THEIRS(held), name)


def answers(found: Any, name: str) -> list[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        looks = (
            lambda: found[name],
            lambda: found.get(name),
            lambda: found.get(name, "else"),
            lambda: name in found,
            lambda: found.__getattr__(name),  # not `items`, which is a method as well
            lambda: found.setdefault(name, "new"),
        )
        return [outcome(look) for look in looks]


def outcome(look: Any) -> object:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the same)
        return type(error), str(error)
