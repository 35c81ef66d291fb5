"""Which rules give way to a more specific one?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.model import Match, Rule, Withheld


def inhibited(
    matches: Sequence[Match], rules: Mapping[str, Rule], told: Collection[str] = ()
) -> tuple[Match, ...]:
    """Return the matches of an entry, withheld where a rule that suppresses theirs tells.

    The rules of `told` have told of its story before. A rule that gives way, or tells nobody for another reason,
    suppresses none. Where rules suppress one another in a circle, the first of `matches` tells.
    """
    quiet = _suppressed(told, rules)
    tells: list[str] = []
    left = [match.rule for match in matches if match.withheld is None and match.rule not in quiet]
    left = [name for name in left if rules[name].suppresses]
    while left:
        losing = _suppressed(left, rules)
        first = next((name for name in left if name not in losing), left[0])
        tells.append(first)
        quiet |= _suppressed([first], rules).difference(tells)
        left = [name for name in left if name not in quiet and name != first]
    return tuple(
        replace(match, withheld=Withheld.INHIBITED, progress=None)
        if match.withheld is None and match.rule in quiet
        else match
        for match in matches
    )


def hopeful(hoped: Iterable[Match]) -> tuple[str, ...]:
    """Return the rules that would tell if they were true, of open ones that are planned as if all were.

    One of them gives way to another only when that turns out to be true.
    """
    return tuple(match.rule for match in hoped if match.withheld in (None, Withheld.INHIBITED))


def _suppressed(told: Iterable[str], rules: Mapping[str, Rule]) -> set[str]:
    """Return the rules that those of `told` suppress. One of these may have left the configuration since."""
    return {other for name in told if name in rules for other in rules[name].suppresses if other != name}
