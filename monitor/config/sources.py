"""config.toml with the files that it names: more [[feeds]] in TOML, and subscription lists in OPML.

All feeds end up in one tree; each keeps the file and the line where it stands.
"""

import glob
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from monitor.config.addresses import read_address
from monitor.config.files import Files
from monitor.config.findings import Finding, Loc, Mistake
from monitor.config.opml import MAX_BYTES, ListedFeed, Subscriptions, read_opml
from monitor.config.source import Source, read
from monitor.config.tree import Tree
from monitor.errors import ConfigError, Problem

_MOST_FILES = 1_000


@dataclass(slots=True)
class Sources:
    """Where the feeds come from.

    `problems` are mistakes in the files that config.toml names, `remarks` what was left out of
    subscription lists, which others write: no reason not to start. `trees` is what each TOML file says.
    """

    path: Path
    main: Source
    files: Files
    trees: dict[str, Tree] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    _places: list[tuple[Source, int]] = field(default_factory=list)
    _files: list[str] = field(default_factory=list)

    def include(self, tree: Tree, patterns: object) -> dict[str, object]:
        """Return the tree of the main file with the feeds of the files that `patterns` name, as they are written."""
        self.trees[self.main.file] = tree
        own = tree.get("feeds", [])
        if not isinstance(own, list):
            return dict(tree)
        self._places = [(self.main, at) for at in range(len(own))]
        feeds = list(own)
        for source in self._included(_texts(patterns)):
            feeds += self._feeds_of(source)
        return {**tree, "feeds": feeds} if feeds else dict(tree)

    def subscribe(self, names: object, feeds: object) -> list[dict[str, object]]:
        """Return the feeds of the subscription lists `names` that aren't among `feeds` yet."""
        added: list[dict[str, object]] = []
        if not (files := _texts(names)):
            return added
        known = dict(self._identities(feeds if isinstance(feeds, list) else []))
        for name in files:
            found = self._list(name)
            if not found.feeds:
                self.problems += found.problems
                continue
            self.remarks += found.problems
            source = Source(self._shown(name), cache(partial(_lines, found)))
            added += [_table(feed) for feed in self._unknown(source, found, known)]
        return added

    def place(self, where: Loc, beside: Loc) -> str:
        """Return where `where` stands, as seen from `beside`: ``on line 7``, ``in feeds.d/a.toml:7``."""
        source, local = self._locate(where)
        line = source.line_of(local)
        return f"on line {line}" if source is self._locate(beside)[0] else f"in {source.file}:{line}"

    def located(self, findings: Iterable[Finding]) -> list[Problem]:
        """Return `findings` with their files and lines."""
        located = [(self._locate(where), what, advice) for where, what, advice in findings]
        return [source.problem(Finding(where, what, advice)) for (source, where), what, advice in located]

    def error(self, findings: Iterable[Finding]) -> ConfigError:
        """Return one error that holds all `findings` and `problems`, file by file, in file order."""
        files = [self.main.file, *self._files]
        problems = [*self.located(findings), *self.problems]
        return ConfigError(sorted(problems, key=lambda one: (files.index(one.file), one.line or 0)))

    def _locate(self, where: Loc) -> tuple[Source, Loc]:
        match where:
            case ("feeds", int(at), *rest) if at < len(self._places):
                source, local = self._places[at]
                return source, ("feeds", local, *rest)
        return self.main, where

    def _included(self, patterns: Iterable[str]) -> Iterator[Source]:
        files = dict.fromkeys(
            name for at, pattern in enumerate(patterns) for name in self._named(at, pattern)
        )
        for name in files:
            self._files.append(self._shown(name))
            try:
                source, self.trees[self._shown(name)] = read(self.path.parent / name, self.files)
                yield source
            except ConfigError as error:
                self.problems += error.problems

    def _named(self, at: int, pattern: str) -> list[str]:
        found = self.files.matching(pattern, self.path.parent)
        if not glob.has_magic(pattern):
            return [pattern] if self._is_file(at, pattern) else []
        if len(found) > _MOST_FILES:
            self._refuse(("include", at), f"names more than {_MOST_FILES:,} files")
            return []
        # config.toml may lie in the folder that it includes.
        return [name for name in found if (self.path.parent / name).absolute() != self.path.absolute()]

    def _is_file(self, at: int, name: str) -> bool:
        path = self.path.parent / name
        if path.is_dir():
            self._refuse(("include", at), "is a folder", f'write "{name.rstrip("/")}/*.toml"')
        elif not path.exists():
            self._refuse(("include", at), f"there is no file {self._shown(name)}")
        else:
            return True
        return False

    def _feeds_of(self, source: Source) -> list[object]:
        tree = self.trees[source.file]
        for key in tree:
            if key != "feeds":
                what = "only [[feeds]] may stand in an included file"
                self.problems.append(source.problem(Finding((key,), what, f"move it to {self.main.file}")))
        feeds = tree.get("feeds", [])
        if not isinstance(feeds, list):
            finding = Finding(("feeds",), "must be a list of tables", "write [[feeds]], with two brackets")
            self.problems.append(source.problem(finding))
            return []
        self._places += [(source, at) for at in range(len(feeds))]
        return feeds

    def _identities(self, feeds: list[object]) -> Iterator[tuple[object, tuple[Source, int]]]:
        for table, place in zip(feeds, self._places, strict=False):
            url = table.get("url") if isinstance(table, dict) else None
            if isinstance(url, str):
                with suppress(Mistake):
                    yield read_address(url).identity, place

    def _unknown(
        self, source: Source, found: Subscriptions, known: dict[object, tuple[Source, int]]
    ) -> Iterator[ListedFeed]:
        for at, feed in enumerate(found.feeds):
            where = known.setdefault(read_address(feed.url).identity, (source, at))
            if where == (source, at):
                self._places.append(where)
                yield feed
            else:
                what = f"the same feed as in {_place(*where)}, whose settings hold"
                self.remarks.append(Problem(source.file, feed.line, "", what))

    def _list(self, name: str) -> Subscriptions:
        file = self._shown(name)
        self._files.append(file)
        try:
            return read_opml(self.files.read(self.path.parent / name, MAX_BYTES + 1), file)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            self._refuse(("opml",), f"{file} can't be read: {why.lower()}")
            return Subscriptions((), ())

    def _shown(self, name: str) -> str:
        return str(self.path.parent / name)

    def _refuse(self, where: Loc, what: str, advice: str = "") -> None:
        self.problems.append(self.main.problem(Finding(where, what, advice)))


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]


def _lines(found: Subscriptions) -> dict[Loc, int]:
    return {("feeds", at): feed.line for at, feed in enumerate(found.feeds)}


def _table(feed: ListedFeed) -> dict[str, object]:
    named: Mapping[str, object] = {"name": feed.name} if feed.name else {}
    return {"url": feed.url, "tags": list(feed.tags), **named}


def _place(source: Source, at: int) -> str:
    return f"{source.file}:{source.line_of(('feeds', at))}"
