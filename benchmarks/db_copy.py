"""How long does it take to move a database from SQLite into PostgreSQL, and back?

    python -m benchmarks.db_copy [--entries 1000000] [--feeds 1000]

An SQLite file is filled as for benchmarks.prune, copied into a PostgreSQL server of its own, from there into another
database of the server, and from the first one back into a file. Of each way: how many rows, how many a second (each is
read, written, read again and compared), the time of the processor that this program took, and the most memory that it
had. The server works beside it.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.prune import fill
from monitor.model import DatabaseAddress, Secret
from monitor.store import Store
from monitor.store.whole import copy_database
from tests.support.postgres import postgres_server


def copy(way: str, source: Secret, target: Secret) -> None:
    began, worked = time.monotonic(), time.process_time()
    copied = copy_database(
        DatabaseAddress(source, "source"),
        DatabaseAddress(target, "target"),
        progress=lambda *_: None,
        note=print,
    )
    took, worked = time.monotonic() - began, time.process_time() - worked
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{way:<26}{copied.total:>11,}{copied.total / took:>10,.0f}{took:>8.0f} s{worked:>8.0f} s{most:>7.0f} MB"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=1_000)
    arguments = parser.parse_args()
    server = postgres_server()
    first, second = (Secret(server.url(server.create_database())) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        file, back = Secret(f"sqlite:///{path}"), Secret(f"sqlite:///{folder}/back.db")
        await (await Store.open(file, label="db")).close()
        fill(path, arguments.entries, arguments.feeds)
        print(f"{arguments.entries:,} entries, {path.stat().st_size / 1e9:.2f} GB")
        print(f"{'way':<26}{'rows':>11}{'a second':>10}{'took':>10}{'worked':>10}{'memory':>10}")
        copy("SQLite to PostgreSQL", file, first)
        copy("PostgreSQL to PostgreSQL", first, second)
        copy("PostgreSQL to SQLite", first, back)


if __name__ == "__main__":
    asyncio.run(main())
