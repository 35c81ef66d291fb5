"""The tests that rules carry: does each come out as it says?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.match.matcher import Matcher, compile_rules
from monitor.match.scope import watches
from monitor.model import Entry, Origin, Rule, RuleTest


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test that came out otherwise: the positions (from 0) of its rule and of its own, and why."""

    rule: int
    test: int
    why: str


def run_tests(
    rules: Sequence[Rule],
    groups: Mapping[str, Sequence[str]],
    origins: Sequence[Origin],
    entry_of: Callable[[str, str], Entry],
) -> Iterator[FailedTest]:
    """Run the tests of all rules and yield those that fail.

    The text of a test is one from the first of `origins` that its rule watches; without any, its tests aren't
    run. `entry_of` makes an entry of a title and a summary.
    """
    tested = [rule for rule in rules if rule.tests]
    matcher = compile_rules(tested, groups)
    for rule_at, rule in enumerate(rules):
        origin = next((origin for origin in origins if watches(rule, origin)), None)
        for test_at, test in enumerate(rule.tests if origin else ()):
            if why := _failure(matcher, rule, test, entry_of(test.title, test.text)):
                yield FailedTest(rule_at, test_at, why)


def _failure(matcher: Matcher, rule: Rule, test: RuleTest, entry: Entry) -> str | None:
    matches = matcher.match(entry, rule.tags, only=(rule.name,))
    if bool(matches) is test.match:
        return None
    if test.match:
        return f'rule "{rule.name}" must match this text and doesn\'t'
    found = ", ".join(
        f'"{(entry.title if hit.field == "title" else entry.summary)[hit.start : hit.end]}"'
        for hit in matches[0].hits
    )
    return f'rule "{rule.name}" must not match this text and does: {found}'
