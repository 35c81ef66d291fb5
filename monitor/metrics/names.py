"""Names from the configuration as labels. There are never more than a limit of them, whatever is configured."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import Counter, Histogram

# What has no series of its own: names beyond the limit, and what is still told of one that has just left the configuration.
OTHERS = "(other)"

_NO_OTHER_LABEL: tuple[tuple[str, ...], ...] = ((),)


class Names:
    """The first `most` names of one kind, by which metrics are told apart; all others go together.

    The series of a name are there, at 0, from the moment at which it is configured, and vanish with it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._configured: frozenset[str] = frozenset()
        self._labels: tuple[str, ...] = ()
        self._apart: frozenset[str] = frozenset()
        self._families: list[tuple[Counter | Histogram, Sequence[tuple[str, ...]]]] = []

    def __contains__(self, name: str) -> bool:
        """Tell whether a name is configured."""
        return name in self._configured

    def __iter__(self) -> Iterator[str]:
        """Yield the labels of all that is configured."""
        return iter(self._labels)

    def label(self, name: str) -> str:
        """Return the label of a name."""
        return name if name in self._apart else OTHERS

    def tell_apart(self, family: Counter | Histogram, values: Iterable[str] = ()) -> None:
        """Give `family`, whose first label is a name, its series, with each of `values` where it has a second label."""
        self._families.append((family, [(value,) for value in values] or _NO_OTHER_LABEL))

    def follow(self, names: Sequence[str]) -> None:
        """Make these the names that are configured."""
        gone = self._labels
        self._configured = frozenset(names)
        self._apart = frozenset(names[: self._most])
        self._labels = (*names[: self._most], *([OTHERS] if len(names) > self._most else []))
        for family, values in self._families:
            for value in values:
                for name in set(gone) - set(self._labels):
                    family.remove(name, *value)
                for name in self._labels:
                    family.labels(name, *value)
