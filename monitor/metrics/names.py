"""Names from the configuration as labels. There are never more than a limit of them, whatever is configured."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import Counter, Histogram

# What has no series of its own: names beyond the limit, and those that aren't configured any more.
OTHERS = "(other)"

_NO_OTHER_LABEL: tuple[tuple[str, ...], ...] = ((),)


class Names:
    """The first `most` names of one kind, by which metrics are told apart; all others go together.

    The series of a name are there, at 0, from the moment at which it is configured, and vanish with it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._labels: dict[str, None] = {OTHERS: None}
        self._families: list[tuple[Counter | Histogram, Sequence[tuple[str, ...]]]] = []

    def __iter__(self) -> Iterator[str]:
        """Yield all labels."""
        return iter(tuple(self._labels))

    def label(self, name: str) -> str:
        """Return the label of a name."""
        return name if name in self._labels else OTHERS

    def tell_apart(self, family: Counter | Histogram, values: Iterable[str] = ()) -> None:
        """Give `family`, whose first label is a name, a series for each, with each of `values` where it has a second label."""
        self._families.append((family, [(value,) for value in values] or _NO_OTHER_LABEL))
        self._add(self._labels)

    def follow(self, names: Sequence[str]) -> None:
        """Make these the names that are configured."""
        wanted = dict.fromkeys((*names[: self._most], OTHERS))
        gone = [name for name in self._labels if name not in wanted]
        self._labels = wanted
        for family, values in self._families:
            for name in gone:
                for value in values:
                    family.remove(name, *value)
        self._add(wanted)

    def _add(self, names: Iterable[str]) -> None:
        for family, values in self._families:
            for name in names:
                for value in values:
                    family.labels(name, *value)
