"""Keys: under what a text files its words, and under what a query looks for one.

    one word          its stems                               ceasefires    ceasefir
    tied by a hyphen  the stem of the whole, and a hyphen     cease-fires   ceasefir-
    written apart     the first word - the stem of the next   cease fires   cease-fire
    spaceless script  two characters side by side             停火          停火

A word that is asked for is looked for under all the keys that it, or its parts, may be filed under.
"""

from collections.abc import Iterator

from monitor.match.analysis import Analysis, Token, analyse, cuts, glue, is_spaceless, joins
from monitor.match.fold import fold
from monitor.match.stems import stem, stem_all, stems

# Ends the key of words tied by a hyphen, and is within that of words written apart.
TIE = "-"


def token_keys(text: str, token: Token, language: str) -> tuple[str, ...]:
    """Return the keys of a token of `text`."""
    written = text[token.start : token.end]
    # 1,000 and don't aren't filed as they are written.
    if written.isascii() or fold(written) != token.term:
        return (stem(token.term, language),)
    return stems(written, language)


def filed_keys(text: str, analysis: Analysis, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield (first, after, key) for all that is to be found in a text: words and what neighbours make."""
    tokens = analysis.tokens
    for place, token in enumerate(tokens):
        for key in token_keys(text, token, language):
            yield place, place + 1, key
    for first, after, joined in joins(tokens):
        if tokens[after - 1].gap.isspace():
            yield first, after, f"{tokens[first].term}-{stem(tokens[after - 1].term, language)}"
        else:
            yield first, after, f"{stem(joined, language)}-"
    for place in range(len(tokens) - 1):
        left, right = tokens[place], tokens[place + 1]
        if is_spaceless(left.term) and is_spaceless(right.term) and not glue(right.gap):
            yield place, place + 2, left.term + right.term


def asked_keys(word: str, language: str) -> tuple[str, ...]:
    """Return the keys of a single word that is asked for; `word` is as written, or folded."""
    of_word = stems(word, language)
    two = cuts(fold(word))
    rights = stem_all([right for _, right in two], language)
    apart = (f"{left}-{right}" for (left, _), right in zip(two, rights, strict=True))
    return tuple(dict.fromkeys((*of_word, f"{of_word[0]}-", *apart)))


def halves(key: str) -> tuple[str, str] | None:
    """Return what the two words are filed under that have `key` together, None for that of one word."""
    left, tie, right = key.partition(TIE)
    if tie:
        return (left, right) if right else None
    if key.isascii() or len(key) == 1 or not is_spaceless(key):
        return None
    left = analyse(key).tokens[0].term
    return (left, key[len(left) :]) if len(left) < len(key) else None
