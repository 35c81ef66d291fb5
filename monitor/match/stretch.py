"""A stretch of text, fully analysed: where its tokens, and what they make together, are."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from monitor.match.analysis import Token, analyse, glue, joins
from monitor.match.fold import plain
from monitor.match.keys import filed_keys
from monitor.match.pattern import Pattern, Step

# The span in code points, and the tokens: the first and the one after the last.
Found = tuple[int, int, int, int]


class Stretch:
    """A stretch that begins at `start` of a text in small letters.

    What is found begins before `until`, a place of the text; None: anywhere in the stretch.
    """

    def __init__(self, text: str, language: str, start: int = 0, until: int | None = None) -> None:
        analysis = analyse(text)
        self.tokens: Sequence[Token] = analysis.tokens
        self._gaps = [*(token.gap for token in self.tokens), analysis.tail]
        self.start = start
        self._until = len(text) if until is None else until - start
        self._places: dict[str, list[tuple[int, int]]] = {}
        for first, after, key in filed_keys(text, analysis, language):
            self._places.setdefault(key, []).append((first, after))

    @property
    def keys(self) -> AbstractSet[str]:
        """All that may be looked for."""
        return self._places.keys()

    def find(self, pattern: Pattern) -> Iterator[Found]:
        """Yield each place where `pattern` is found."""
        lead, trail = len(pattern.steps[0][0].lead), len(pattern.steps[-1][0].trail)
        for first, after in self._ways(pattern):
            # A sign may be longer in ordinary width than it is in the text (㎏ is kg).
            before = min(lead, len(self._gaps[first]))
            behind = min(trail, len(self._gaps[after]))
            yield self._found(first, after, before, behind)

    def find_prefix(self, prefix: str) -> Iterator[Found]:
        """Yield each place of a word that begins with `prefix`, of several with the same beginning the longest.

        `ceasef` is found in "cease-fire", which is one word, and not in "cease fire".
        """
        longest: dict[int, int] = {}
        for first, token in enumerate(self.tokens):
            if token.term.startswith(prefix):
                longest[first] = first + 1
        for first, after, joined in joins(self.tokens):
            apart = any(character.isspace() for gap in self._gaps[first + 1 : after] for character in gap)
            if joined.startswith(prefix) and not apart and len(self.tokens[first].term) < len(prefix):
                longest[first] = max(after, longest.get(first, 0))
        for first, after in sorted(longest.items()):
            if self.tokens[first].start < self._until:
                yield self._found(first, after)

    def _found(self, first: int, after: int, before: int = 0, behind: int = 0) -> Found:
        start = self.start + self.tokens[first].start - before
        return start, self.start + self.tokens[after - 1].end + behind, first, after

    def _ways(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Yield the first token and the one after the last of each place."""
        # For each place of the pattern: the tokens at which it is reached, and where that began.
        reached: list[dict[int, int]] = [{} for _ in pattern.steps]
        ends: dict[tuple[int, int], None] = {}
        for place, steps in enumerate(pattern.steps):
            for step in steps:
                for first, after in self._steps(step):
                    begun = reached[place].get(first) if place else self._beginning(first)
                    if begun is None:
                        continue
                    if step.to == len(pattern.steps):
                        ends[begun, after] = None
                    else:
                        reached[step.to].setdefault(after, begun)
        return iter(sorted(ends))

    def _beginning(self, first: int) -> int | None:
        return first if self.tokens[first].start < self._until else None

    def _steps(self, step: Step) -> Iterator[tuple[int, int]]:
        for key in step.keys:
            for first, after in self._places.get(key, ()):
                if self._is_as_written(step, first, after):
                    yield first, after

    def _is_as_written(self, step: Step, first: int, after: int) -> bool:
        if step.lead and not self._is_led(step.lead, first):
            return False
        if step.trail and not plain(self._gaps[after]).startswith(step.trail):
            return False
        return step.glue is None or step.glue == glue(self._gaps[first])

    def _is_led(self, lead: str, first: int) -> bool:
        gap = plain(self._gaps[first])
        # The dot right after another word is that of a domain ("example.net"), not that of .NET
        return gap.endswith(lead) and (lead != "." or first == 0 or gap != lead)
