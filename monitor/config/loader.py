"""config.toml -> Settings: read | include | expand | subscribe | validate | check together | build | try the rules."""

import gc
import importlib.resources
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from monitor.config import channel_checks, checks, exposure, rule_notes
from monitor.config.addresses import read_address
from monitor.config.build import build
from monitor.config.channels import Recipients, read_names
from monitor.config.expansion import Expanded, expand
from monitor.config.files import Files
from monitor.config.findings import MISSING, Finding
from monitor.config.settings import Settings
from monitor.config.source import read
from monitor.config.sources import Sources
from monitor.config.tree import tables
from monitor.config.wording import probably_meant, validate
from monitor.errors import Problem
from monitor.match import FailedTest
from monitor.model import Recipient, Redactor

ChannelCheck = Callable[[str], Sequence[Recipient]]
RuleTests = Callable[[Settings], Iterable[FailedTest]]


@contextmanager
def _for_large_ones() -> Iterator[None]:
    """Have the garbage collector rest, as what is read is here to stay; forget in the end which addresses were read."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        read_address.cache_clear()
        if collects:
            gc.enable()


@_for_large_ones()
def load(
    path: Path,
    environ: Mapping[str, str],
    files: Files,
    *,
    check_channel: ChannelCheck,
    test_rules: RuleTests,
) -> Settings:
    """Read `path` and return the settings, or raise ConfigError with every mistake in it.

    `environ` fills in ``${NAME}``. `files` is what reads, and knows afterwards what was read, also when there are
    mistakes. `check_channel` takes a channel's URL and returns whom it names;
    it raises ValueError with one line that holds no secret. `test_rules` yields the tests of rules
    that fail.
    """
    absolute = path.absolute()
    main, top = read(path, files)
    sources = Sources(path, main, files)
    naming = expand(_naming(top), environ, absolute.parent, files)
    named = {} if naming.findings else naming.tree
    written = sources.include(top, named.get("include"))
    expanded = expand(written, environ, absolute.parent, files)
    listed = sources.subscribe(named.get("opml"), expanded.tree.get("feeds"))
    tree = _with_feeds(expanded.tree, listed)
    file, misshapen = validate(tree)
    recipients, refused = _recipients(tree, check_channel)
    names = read_names(tree, recipients)
    together = checks.check(tree, names, sources.place, complete=not (naming.findings or sources.problems))
    findings = [*expanded.findings, *_without_consequences(expanded, [*misshapen, *together, *refused])]
    if findings or sources.problems or file is None:
        raise sources.error(_masked(findings, expanded.values))
    settings = build(
        file,
        _with_feeds(written, listed),
        recipients=recipients,
        names=names,
        path=absolute,
        expanded=expanded.values,
    )
    if mistakes := list(rule_notes.mistakes(settings, test_rules(settings))):
        raise sources.error(_masked(mistakes, expanded.values))
    of_channels = list(channel_checks.notes(tree, names))
    of_files = list(exposure.notes(sources.trees, files, settings.secrets))
    remarks = partial(_remarks, settings, sources, expanded.values, of_channels, of_files)
    sources.trees.clear()  # not to be kept for as long as the remarks are
    return replace(settings, remarks=remarks, files=files)


def _remarks(
    settings: Settings,
    sources: Sources,
    values: Iterable[str],
    of_channels: Iterable[Finding],
    of_files: Iterable[Problem],
) -> tuple[Problem, ...]:
    found = chain(rule_notes.notes(settings), of_channels)
    return (*sources.remarks, *sources.located(_masked(found, values)), *of_files)


def example() -> str:
    """Return the text of a commented configuration that shows every key and runs as it is."""
    return importlib.resources.files(__package__).joinpath("example.toml").read_text(encoding="utf-8")


def _naming(tree: Mapping[str, object]) -> dict[str, object]:
    return {key: tree[key] for key in ("include", "opml") if key in tree}


def _with_feeds(tree: Mapping[str, object], listed: list[dict[str, object]]) -> dict[str, object]:
    own = tree.get("feeds", [])
    return {**tree, "feeds": [*own, *listed]} if listed and isinstance(own, list) else dict(tree)


def _recipients(tree: Mapping[str, object], check_channel: ChannelCheck) -> tuple[Recipients, list[Finding]]:
    recipients: dict[int, Sequence[Recipient]] = {}
    refused = []
    for at, channel in tables(tree, "channels"):
        url = channel.get("url")
        if not isinstance(url, str) or not url:
            continue
        try:
            recipients[at] = check_channel(url)
        except ValueError as error:
            refused.append(Finding(("channels", at, "url"), str(error)))
    return recipients, refused


def _without_consequences(expanded: Expanded, findings: Iterable[Finding]) -> list[Finding]:
    """Leave out what is said about a text whose reference could not be filled in, and keys that are there, but misspelt."""
    findings = list(findings)
    unread = {finding.where for finding in expanded.findings}
    misspelt = {meant for finding in findings if (meant := probably_meant(finding))}
    return [
        finding
        for finding in findings
        if finding.where not in unread and not (finding.what == MISSING and finding.where in misspelt)
    ]


def _masked(findings: Iterable[Finding], values: Iterable[str]) -> Iterator[Finding]:
    redact = Redactor(values)
    for where, what, advice in findings:
        yield Finding(where, redact(what), redact(advice))
