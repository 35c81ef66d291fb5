"""The database's address."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from monitor import config
from monitor.config import Settings
from tests.unit.config.conftest import REST, Load, Tell, check_channel, failed_tests

SQLITE_ADVICE = "write sqlite:///news-monitor.db, with four slashes before an absolute path"
POSTGRESQL_ADVICE = (
    "write postgresql://user:password@host:5432/name, and in a password %40 for @, %3A for :, %2F for /"
)


def load_in(folder: Path, url: str) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    path.write_text(f'[monitor]\ndatabase = "{url}"{REST}', encoding="utf-8")
    return config.load(path, {}, config.Files(), check_channel=check_channel, test_rules=failed_tests)


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ("sqlite:///news.db", "news.db"),
        ("sqlite:///./a/../b/news.db", "b/news.db"),
        ("sqlite:///a%20b.db", "a b.db"),
        ("sqlite:///news #1.db", "news #1.db"),
    ],
)
def test_a_relative_database_is_beside_the_configuration(tmp_path: Path, written: str, file: str) -> None:
    folder = tmp_path / "what? 100% é"
    settings = load_in(folder, written)
    assert make_url(settings.database.reveal()).database == str(folder / file)
    assert settings.database_file == folder / file
    assert settings.database_label == settings.database.reveal()


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    assert load_in(tmp_path, "sqlite:////var/lib/news.db").database.reveal() == "sqlite:////var/lib/news.db"


def test_the_database_is_beside_the_configuration_when_nothing_is_said(load: Load, tmp_path: Path) -> None:
    assert make_url(load(REST).database.reveal()).database == str(tmp_path / "news-monitor.db")


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("postgresql://db.example/news", "postgresql://db.example/news"),
        ("postgresql:///news?host=/run/postgresql", "postgresql:///news"),
        ("postgresql+psycopg://u@db:5433/news", "postgresql+psycopg://u@db:5433/news"),
        ("postgresql://u:hunt%40er2@[::1]:5432/news?sslmode=require", "postgresql://u:***@[::1]:5432/news"),
        ("postgresql://u@db/news?password=hunter2", "postgresql://u@db/news"),
    ],
)
def test_a_postgresql_address_is_shown_without_its_password(load: Load, url: str, label: str) -> None:
    settings = load(f'[monitor]\ndatabase = "{url}"' + REST)
    assert settings.database.reveal() == url
    assert settings.database_label == label
    assert settings.database_file is None
    parsed = make_url(url)
    for password in {parsed.password, parsed.query.get("password")} - {None}:
        assert password in settings.secrets
        assert str(password) not in repr(settings)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("news.db", f"must be an sqlite:/// or postgresql:// address; {SQLITE_ADVICE}"),
        ("mysql://db/news", f"must be an sqlite:/// or postgresql:// address; {SQLITE_ADVICE}"),
        (
            "postgres://db/news",
            "must be an sqlite:/// or postgresql:// address; write postgresql:// for postgres://",
        ),
        ("sqlite://", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite:///", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite://news.db", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite:///data/", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite:///news.db?mode=ro", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite:///file:news.db", f"must name a database file, without options; {SQLITE_ADVICE}"),
        ("sqlite:///:memory:", f"a database in memory forgets what it has seen; {SQLITE_ADVICE}"),
        ("postgresql://db", f"can't be read as a PostgreSQL address; {POSTGRESQL_ADVICE}"),
        (
            "postgresql://u:hunter2@pass@db/news",
            f"can't be read as a PostgreSQL address; {POSTGRESQL_ADVICE}",
        ),
        ("postgresql://u:hunter2/x@db/news", f"can't be read as a PostgreSQL address; {POSTGRESQL_ADVICE}"),
        ("postgresql://u:p@db:port/news", f"can't be read as a PostgreSQL address; {POSTGRESQL_ADVICE}"),
    ],
)
def test_an_address_of_no_database(tell: Tell, url: str, what: str) -> None:
    assert tell(f'[monitor]\ndatabase = "{url}"' + REST) == [f"config.toml:2: monitor.database: {what}"]
