"""The index: which entries are filed under a token. Full-text of SQLite (FTS5), or of PostgreSQL (tsvector, GIN).

It is asked for rows by their numbers only. That of an entry which has changed may still name it under words that it
had, and that of one which is gone may stay: whoever asks looks at the entry itself.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, TextClause, literal_column, table, text

from monitor.match.presearch import AllOf, AnyOf, Beginning, Forms, Presearch, Token

INDEX = table("search_index")

# Neither the text nor where in it a word stands: whoever finds an entry looks at the entry itself.
_CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE search_index (entry_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_search_index_words ON search_index USING gin (words)",
    ),
}
_FILE = {
    "sqlite": text("INSERT INTO search_index (rowid, words) VALUES (:entry, :words)"),
    "postgresql": text(
        "INSERT INTO search_index (entry_id, words) VALUES (:entry, array_to_tsvector(string_to_array(:words, ' ')))"
        " ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words"
    ),
}
_FORGET = {
    # What SQLite keeps of an entry is nothing but its words, so these it has to be told again.
    "sqlite": text("INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', :entry, :words)"),
    "postgresql": text("DELETE FROM search_index WHERE entry_id = :entry"),
}
_CONDITION = {
    "sqlite": text("search_index MATCH :asked"),
    "postgresql": text("search_index.words @@ CAST(:asked AS tsquery)"),
}


def create(connection: Connection) -> None:
    """Make the index, which is no table of METADATA."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def file(connection: Connection, tokens_of: Mapping[int, Collection[str]]) -> None:
    """File entries, by their ids, under tokens."""
    rows = [{"entry": entry_id, "words": " ".join(tokens)} for entry_id, tokens in tokens_of.items()]
    if rows:
        connection.execute(_FILE[connection.dialect.name], rows)


def forget(connection: Connection, tokens_of: Mapping[int, Collection[str]]) -> None:
    """Take entries, by their ids, out of the index; they were filed under these tokens."""
    rows = [{"entry": entry_id, "words": " ".join(tokens)} for entry_id, tokens in tokens_of.items()]
    if rows:
        connection.execute(_FORGET[connection.dialect.name], rows)


def entry_id(connection: Connection) -> ColumnElement[int]:
    """Return the column of INDEX that has the numbers of entries."""
    name = "rowid" if connection.dialect.name == "sqlite" else "entry_id"
    return literal_column(f"search_index.{name}", BigInteger)


def is_met(connection: Connection) -> TextClause:
    """Return the condition that a row of INDEX has what is bound to `asked`, as `spelled`."""
    return _CONDITION[connection.dialect.name]


def spelled(connection: Connection, asked: Presearch, forms: Mapping[Forms, Collection[str]]) -> str:
    """Return what is asked for in the words of the database; `forms` are the tokens of each stem."""
    return _SPELLINGS[connection.dialect.name].spell(asked, forms)


class _Spelling(NamedTuple):
    token: str
    beginning: str
    all: str
    any: str

    def spell(self, asked: Presearch, forms: Mapping[Forms, Collection[str]]) -> str:
        match asked:
            case Token(token):
                return self.token.format(token)
            case Beginning(token):
                return self.beginning.format(token)
            case Forms():
                return f"({self.any.join(map(self.token.format, forms[asked]))})"
            case AllOf(parts):
                return f"({self.all.join(self.spell(part, forms) for part in parts)})"
            case AnyOf(parts):
                return f"({self.any.join(self.spell(part, forms) for part in parts)})"


# Tokens have neither quotation marks nor anything else in them that a database would obey (monitor.match.filing).
_SPELLINGS = {
    "sqlite": _Spelling('"{}"', '"{}"*', " AND ", " OR "),
    "postgresql": _Spelling("'{}'", "'{}':*", " & ", " | "),
}
