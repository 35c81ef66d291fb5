"""Why a rule does or doesn't hold for an entry, part by part."""

from monitor.match.compile import Compiler
from monitor.match.fields import Fields, fields
from monitor.match.hits import in_order
from monitor.match.nodes import And, In, Node, Not, Or
from monitor.match.printer import print_query
from monitor.match.reading import Reading
from monitor.model import Clause, Rule


def explained(rule: Rule, node: Node, language: str, reading: Reading) -> Clause:
    """Return the query of a rule, held against an entry; its words are of `language`."""
    return _Explanation(Compiler(language), reading).clause(node, fields(rule.fields))


def failing(clause: Clause) -> Clause | None:
    """Return the smallest clause because of which `clause` doesn't hold; None when it does.

    Of an AND it is the part that fails, of an OR the whole, of a NOT what was found although it is excluded.
    """
    return None if clause.holds else _decisive(clause)


def _decisive(clause: Clause) -> Clause:
    """Return the smallest clause that makes `clause` what it is."""
    if len(clause.parts) == 1:  # a NOT
        return _decisive(clause.parts[0])
    # One part that fails makes an AND fail, one that holds makes an OR hold.
    if clause.parts and clause.every is not clause.holds:
        return _decisive(next(part for part in clause.parts if part.holds is clause.holds))
    return clause


class _Explanation:
    def __init__(self, compiler: Compiler, reading: Reading) -> None:
        self._compiler = compiler
        self._reading = reading

    def clause(self, node: Node, where: Fields) -> Clause:
        """Return `node` as a clause; its terms are looked for in `where` unless they have a field of their own."""
        test = self._compiler.test(node, where)
        holds = test.holds(self._reading)
        return Clause(
            text=print_query(node),
            holds=holds,
            hits=in_order(test.hits(self._reading, wanted=holds)),
            parts=tuple(self.clause(part, where) for part in _parts(node)),
            every=isinstance(node.part if isinstance(node, In) else node, And),
        )


def _parts(node: Node) -> tuple[Node, ...]:
    """Return the parts of `node`; what is in a field has it in each of its parts."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case In(field, part):
            return tuple(In(field, inner, node.column) for inner in _parts(part))
        case _:
            return ()
