"""What is done with a database as a whole, apart from a daemon's work on it."""

from monitor.store.backup import back_up
from monitor.store.copying import copy_database
from monitor.store.migrate import check_migrated, migrate, plan_migration
from monitor.store.soundness import check_database
from monitor.store.vacuum import vacuum

__all__ = [
    "back_up",
    "check_database",
    "check_migrated",
    "copy_database",
    "migrate",
    "plan_migration",
    "vacuum",
]
