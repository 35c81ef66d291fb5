"""Does a rule hold for an entry, and what matched where?

text  -> analysis (folded tokens with spans)   -> text (forms and their places)
query -> lexer -> parser -> nodes -> pattern   -> matcher
                            nodes -> printer   -> query
"""

from monitor.match.matcher import Matcher, Verdicts, compile_rules
from monitor.match.nodes import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.parser import parse_query
from monitor.match.printer import print_query

__all__ = [
    "And",
    "Exact",
    "In",
    "Matcher",
    "Near",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Regex",
    "Verdicts",
    "Word",
    "compile_rules",
    "parse_query",
    "print_query",
]
