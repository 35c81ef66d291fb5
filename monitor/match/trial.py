"""The tests that rules carry: does each come out as it says?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.match.explain import failing
from monitor.match.matcher import compile_rules
from monitor.match.scope import watches
from monitor.model import Clause, Entry, Origin, Rule


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
    tested = [(at, rule) for at, rule in enumerate(rules) if rule.tests]
    matcher = compile_rules([rule for _, rule in tested], groups)
    for rule_at, rule in tested:
        origin = next((origin for origin in origins if watches(rule, origin)), None)
        if origin is None:
            continue
        for test_at, test in enumerate(rule.tests):
            entry = entry_of(test.title, test.text)
            clause = matcher.explain(rule.name, entry, origin)
            if clause.holds is not test.match:
                yield FailedTest(rule_at, test_at, _why(rule, clause))


def _why(rule: Rule, clause: Clause) -> str:
    decisive = failing(clause)
    if decisive is None:
        found = ", ".join(dict.fromkeys(hit.term for hit in clause.hits))
        return f'rule "{rule.name}" must not match this text and does: it has {found}'
    reason = f"it has {decisive.text}, which is excluded" if decisive.holds else f"it has no {decisive.text}"
    return f'rule "{rule.name}" must match this text and doesn\'t: {reason}'
