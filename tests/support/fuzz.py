"""How much is tried: a sample that is the same each time in `make test`, and much more of it, new each time, in `make fuzz`."""

from hypothesis import HealthCheck, settings

SAMPLE, FUZZ = "sample", "fuzz"
_TIMES = 25

settings.register_profile(SAMPLE, derandomize=True, deadline=None)
# Without a database of what failed before: a round is made again by its seed.
settings.register_profile(
    FUZZ,
    derandomize=False,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def tries(examples: int) -> settings:
    """Return settings with so many examples in a sample."""
    if settings.get_current_profile_name() != FUZZ:
        return settings(max_examples=examples)
    return settings(max_examples=examples * _TIMES)
