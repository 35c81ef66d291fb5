"""A field of an entry, analysed once and searched by every rule."""

from collections.abc import Iterable, Iterator, Mapping

from monitor.match.analysis import analyse, joins
from monitor.match.fold import plain
from monitor.match.pattern import Pattern, Step, glue

_NOWHERE: Mapping[int, int] = {}


class Text:
    """The places of all forms of a text: form -> first token -> token after the last."""

    __slots__ = ("_analysis", "_places")

    def __init__(self, text: str) -> None:
        self._analysis = analyse(text)
        self._places: dict[str, dict[int, int]] = {}
        tokens = self._analysis.tokens
        for place, token in enumerate(tokens):
            self._places.setdefault(token.term, {})[place] = place + 1
        for first, after, form in joins(tokens):
            self._places.setdefault(form, {})[first] = after

    @property
    def forms(self) -> Iterable[str]:
        """All that may be looked for: the tokens, and what neighbours make together."""
        return self._places

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Yield the span of each place where `pattern` is found, in code points."""
        tokens = self._analysis.tokens
        lead, trail = len(pattern.steps[0][0].lead), len(pattern.steps[-1][0].trail)
        for first, after in self._places_of(pattern):
            # A sign may be longer in ordinary width than it is in the text (㎏ is kg).
            before = min(lead, len(tokens[first].gap))
            behind = min(trail, len(self._analysis.gap_after(after - 1)))
            yield tokens[first].start - before, tokens[after - 1].end + behind

    def _places_of(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        # For each place of the pattern: the tokens at which it is reached, and where that began.
        reached: list[dict[int, int]] = [{} for _ in pattern.steps]
        for place, steps in enumerate(pattern.steps):
            for step in steps:
                for first, after in self._places.get(step.form, _NOWHERE).items():
                    start = reached[place].get(first) if place else first
                    if start is None or not self._is_as_written(step, first, after):
                        continue
                    if step.to == len(pattern.steps):
                        yield start, after
                    else:
                        reached[step.to].setdefault(after, start)

    def _is_as_written(self, step: Step, first: int, after: int) -> bool:
        if step.whole and after != first + 1:
            return False
        if step.lead and not self._is_led(step.lead, first):
            return False
        if step.trail and not plain(self._analysis.gap_after(after - 1)).startswith(step.trail):
            return False
        return step.glue is None or step.glue == glue(self._analysis.tokens[first].gap)

    def _is_led(self, lead: str, first: int) -> bool:
        gap = plain(self._analysis.tokens[first].gap)
        # The dot right after another word is that of a domain ("example.net"), not that of .NET
        return gap.endswith(lead) and (lead != "." or first == 0 or gap != lead)
