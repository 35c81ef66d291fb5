"""``${NAME}`` and ``${file:NAME}`` in string values.

Only values are expanded, never keys; what was put in is not expanded again; ``$${`` is a literal ``${``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.config.files import Files
from monitor.config.findings import Finding, Loc, Mistake

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[^{}]*)\}|\$\{")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST_FILE = 65_536


@dataclass(frozen=True, slots=True)
class Expanded:
    """The tree with its references filled in; a string with a bad reference stays as it was written."""

    tree: dict[str, object]
    values: frozenset[str]
    findings: tuple[Finding, ...]


def expand(tree: Mapping[str, object], environ: Mapping[str, str], folder: Path, files: Files) -> Expanded:
    """Fill in every reference of `tree`.

    A relative file is looked for in $CREDENTIALS_DIRECTORY (systemd's) when that is set, else in
    `folder`, the configuration's. `values` are the texts that were put in: all of them are secrets.
    """
    expander = _Expander(environ, Path(environ.get("CREDENTIALS_DIRECTORY") or folder), files)
    filled = {key: expander.expand((key,), value) for key, value in tree.items()}
    return Expanded(filled, frozenset(expander.values), tuple(expander.findings))


@dataclass(slots=True)
class _Expander:
    environ: Mapping[str, str]
    folder: Path
    files: Files
    values: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def expand(self, where: Loc, value: object) -> object:
        if isinstance(value, dict):
            return {key: self.expand((*where, key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.expand((*where, at), inner) for at, inner in enumerate(value)]
        if isinstance(value, str) and "${" in value:
            return self._text(where, value)
        return value

    def _text(self, where: Loc, text: str) -> str:
        try:
            return _REFERENCE.sub(self._fill, text)
        except Mistake as mistake:
            self.findings.append(Finding(where, mistake.what, mistake.advice))
            return text

    def _fill(self, reference: re.Match[str]) -> str:
        if reference.group() == "$${":
            return "${"
        name = reference["name"] or ""
        if name.startswith("file:") and name != "file:" and name.isprintable():
            value = self._file(name.removeprefix("file:"))
        elif _VARIABLE.fullmatch(name):
            value = self._variable(name)
        else:
            raise Mistake(
                '"${" starts no reference', 'write ${NAME}, ${file:NAME}, or $${ for a literal "${"'
            )
        self.values.add(value)
        return value

    def _variable(self, name: str) -> str:
        value = self.environ.get(name)
        if not value:
            state = "not set" if value is None else "empty"
            raise Mistake(f"the environment variable {name} is {state}", "set it before the start")
        if not _is_text(value):
            raise Mistake(f"the environment variable {name} is not UTF-8 text")
        return value

    def _file(self, name: str) -> str:
        path = self.folder / name
        try:
            raw = self.files.read(path, _LARGEST_FILE + 1)
            value = raw.decode()
        except UnicodeDecodeError:
            raise Mistake(f"the file {path} is not UTF-8 text") from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise Mistake(f"the file {path} can't be read: {why.lower()}") from None
        if len(raw) > _LARGEST_FILE:
            raise Mistake(f"the file {path} is larger than {_LARGEST_FILE} bytes", "a secret is short")
        if not (value := value.removesuffix("\n").removesuffix("\r")):
            raise Mistake(f"the file {path} is empty")
        return value


def _is_text(value: str) -> bool:
    # An environment that is not UTF-8 arrives with lone surrogates in it (PEP 383).
    return not any("\ud800" <= character <= "\udfff" for character in value)
