"""Terms that several rules share, and the queries that name them."""

import pytest

from tests.unit.config.conftest import REST, Load, Tell

GROUPS = """[groups]
weapons = ["missile*", '"air strike"', "drone"]
lone = "truce"
"""


def with_query(query: str) -> str:
    return REST.replace("Ukraine ceasefire", query)


def test_a_group_is_a_list_of_terms_or_one(load: Load) -> None:
    settings = load(GROUPS + with_query("@weapons @lone"))
    assert settings.groups == {"weapons": ("missile*", '"air strike"', "drone"), "lone": ("truce",)}
    assert settings.remarks() == ()


def test_a_group_may_name_another(load: Load) -> None:
    settings = load(
        '[groups]\narms = ["@drones", "missile"]\ndrones = ["drone", "UAV"]\n' + with_query("@arms")
    )
    assert settings.remarks() == ()


@pytest.mark.parametrize(
    ("group", "line"),
    [
        (
            'Weapons = ["a"]',
            "groups.Weapons: is no name for a group; use a to z, 0 to 9, - and _, up to 50 of them",
        ),
        (
            '"a b" = ["a"]',
            'groups."a b": is no name for a group; use a to z, 0 to 9, - and _, up to 50 of them',
        ),
        ("weapons = []", "groups.weapons: the group has no terms; add one, or remove the group"),
        (
            "weapons = 1",
            """groups.weapons: must be a term or a list of them; such as ["missile", '"air strike"']""",
        ),
        (
            'weapons = ["a", 1]',
            """groups.weapons: must be a term or a list of them; such as ["missile", '"air strike"']""",
        ),
        (
            'weapons = ["missile",  "(drone"]',
            "groups.weapons.2: column 1 of the term: the parenthesis is never closed; write ) where the group ends",
        ),
        (
            'weapons = "missile OR"',
            (
                "groups.weapons: column 9 of the term: OR has nothing after it; "
                "add a word there, remove OR, or write or in small letters for the word"
            ),
        ),
    ],
)
def test_a_mistake_in_a_group_is_told_with_its_name_its_term_and_the_column(
    tell: Tell, group: str, line: str
) -> None:
    assert tell(f"[groups]\n{group}\n{with_query('x')}") == [f"config.toml:2: {line}"]


@pytest.mark.parametrize(
    "group", ['arms = "(drone"', "arms = 1", "arms = []", 'arms = ["missile", "drone OR"]']
)
def test_a_mistake_in_a_group_is_not_told_again_by_the_rules_that_name_it(tell: Tell, group: str) -> None:
    assert len(tell(f"[groups]\n{group}\n{with_query('@arms')}")) == 1


@pytest.mark.parametrize(
    "query", ["site:@_", "lang:@_ x", "url:@_", "@_ NEAR/3 x", "title:(@_ OR y)", "-@_ x"]
)
def test_a_group_may_stand_wherever_its_terms_may(load: Load, query: str) -> None:
    assert load(f'[groups]\n_ = ["de", "fr"]\n{with_query(query)}').remarks() == ()


def test_a_term_in_a_line_of_its_own_is_told_there(tell: Tell) -> None:
    (line,) = tell('[groups]\nweapons = [\n  "missile",\n  "drone OR",\n]\n' + with_query("@weapons"))
    assert line.startswith("config.toml:4: groups.weapons.2: column 7 of the term: OR has nothing after it")


def test_a_group_that_is_none_is_told_with_the_nearest(tell: Tell) -> None:
    (line,) = tell(GROUPS + with_query("Kyiv @wepons"))
    assert line.startswith(
        "config.toml:13: rules.1.query: column 6 of the query: there is no group @wepons; did you mean @weapons?"
    )


def test_a_group_in_itself_is_told_where_it_is(tell: Tell) -> None:
    lines = tell('[groups]\na = ["x", "@b"]\nb = ["@a"]\n' + with_query("@a"))
    assert [line.split(": ")[:2] for line in lines] == [
        ["config.toml:2", "groups.a.2"],
        ["config.toml:3", "groups.b.1"],
    ]
    assert "contains itself" in lines[0]


def test_groups_are_one_table(tell: Tell) -> None:
    assert tell("groups = 1\n" + REST) == ["config.toml:1: groups: must be a table; write [groups]"]


def test_a_group_that_nobody_uses_is_a_note(load: Load) -> None:
    settings = load(GROUPS + with_query("truce"))
    assert [str(remark) for remark in settings.remarks()] == [
        "config.toml:2: groups.weapons: no rule uses this group; write @weapons in a query, or remove it",
        "config.toml:3: groups.lone: no rule uses this group; write @lone in a query, or remove it",
    ]
