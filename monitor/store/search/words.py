"""The words that were ever filed, and which of them have a stem in a language.

Stems are told for the languages of rules and feeds, a few thousand words at a time; those that aren't told yet, or of
another language, are found out when somebody asks.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, insert, select, text

from monitor.match.filing import stems_of, token_of
from monitor.match.presearch import Forms
from monitor.match.stems import LANGUAGES
from monitor.store.engine import chunks, insert_into
from monitor.store.search.tables import FORM, LANGUAGE, WORD

# How many words are told their stems at once: what takes some tens of milliseconds.
_BATCH = 2_000


# One value for thousands of words, most of which are there already: to hand them over one by one takes far longer.
_ADD = {
    "sqlite": text("INSERT OR IGNORE INTO search_word (written) SELECT value FROM json_each(:words)"),
    "postgresql": text(
        "INSERT INTO search_word (written) SELECT value FROM json_array_elements_text(CAST(:words AS json)) AS value"
        " WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE written = value) ON CONFLICT DO NOTHING"
    ),
}


def add(connection: Connection, written: Collection[str]) -> None:
    """Add words, as they are written; many of them are there already."""
    connection.execute(_ADD[connection.dialect.name], {"words": json.dumps(sorted(written))})


def tell_stems(connection: Connection, languages: Iterable[str]) -> bool:
    """Tell the stems of some words in each language that has such. Return whether there are more to tell."""
    known = _known(connection)
    more = {_tell(connection, language, known.get(language)) for language in {*languages} & LANGUAGES}
    return True in more


def _tell(connection: Connection, language: str, known: int | None) -> bool:
    if known is None:
        connection.execute(insert(LANGUAGE).values(language=language, known=0))
    rows = connection.execute(
        select(WORD.c.id, WORD.c.written).where(WORD.c.id > (known or 0)).order_by(WORD.c.id).limit(_BATCH)
    ).all()
    if not rows:
        return False
    told = [
        {"language": language, "stem": stem, "token": token}
        for row in rows
        for stem, token in stems_of(row.written, language)
    ]
    if told:
        connection.execute(insert_into(connection, FORM).on_conflict_do_nothing(), told)
    connection.execute(LANGUAGE.update().where(LANGUAGE.c.language == language).values(known=rows[-1].id))
    return len(rows) == _BATCH


def tokens_of(connection: Connection, asked: Collection[Forms]) -> Mapping[Forms, Collection[str]]:
    """Return the tokens of the words that have each of these stems."""
    found: dict[Forms, set[str]] = {each: {token_of(each.stem)} - {""} for each in asked}
    stems = defaultdict(list)
    for each in asked:
        stems[each.language].append(each.stem)
    known = _known(connection) if asked else {}
    for language, of_language in stems.items():
        for chunk in chunks(of_language):
            told = select(FORM.c.stem, FORM.c.token).where(
                FORM.c.language == language, FORM.c.stem.in_(chunk)
            )
            for stem, token in connection.execute(told):
                found[Forms(stem, language)].add(token)
        untold = select(WORD.c.written).where(WORD.c.id > known.get(language, 0))
        for written in connection.scalars(untold):
            for stem, token in stems_of(written, language):
                if (form := Forms(stem, language)) in found:
                    found[form].add(token)
    return found


def _known(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(LANGUAGE)).all())
