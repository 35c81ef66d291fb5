"""Small charts as SVG, without a line of script: numbers in, markup out."""

from collections.abc import Sequence

from markupsafe import Markup

_BAR, _GAP, _HEIGHT = 10, 2, 80
_SPARK_HEIGHT = 20


def bars(values: Sequence[float], labels: Sequence[str], title: str) -> Markup:
    """Return a bar for each value, the oldest first; each names itself by its label beneath the pointer."""
    top = max(values, default=0) or 1
    drawn = Markup("").join(
        _bar(at * (_BAR + _GAP), _BAR, value / top * _HEIGHT, _HEIGHT, f"{label}: {value:,}")
        for at, (value, label) in enumerate(zip(values, labels, strict=True))
    )
    return _svg("chart", len(values) * (_BAR + _GAP) - _GAP, _HEIGHT, title, drawn)


def spark(values: Sequence[float], title: str) -> Markup:
    """Return a chart that fits into a line of text."""
    top = max(values, default=0) or 1
    drawn = Markup("").join(
        _bar(at * 4, 3, value / top * _SPARK_HEIGHT, _SPARK_HEIGHT, "") for at, value in enumerate(values)
    )
    return _svg("spark", max(1, len(values) * 4 - 1), _SPARK_HEIGHT, title, drawn)


def _bar(x: int, width: int, height: float, whole: int, label: str) -> Markup:
    seen = max(height, 1.0)  # an empty hour is an hour, too
    kind = "bar" if height else "bar none"
    named = Markup("<title>{}</title>").format(label) if label else ""
    return Markup('<rect class="{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}">{}</rect>').format(
        kind, x, whole - seen, width, seen, named
    )


def _svg(kind: str, width: int, height: int, title: str, drawn: Markup) -> Markup:
    return Markup(
        '<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>'
    ).format(kind, title, width, height, drawn)
