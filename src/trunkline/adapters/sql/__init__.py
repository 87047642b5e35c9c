"""The relational store on SQLite and PostgreSQL: one store, two engines.

Only this package knows which one it is; features' stores are written once for both.
"""

from trunkline.adapters.sql.sqlite import DatabaseInUse
from trunkline.adapters.sql.store import SqlStore, open_store

__all__ = ["DatabaseInUse", "SqlStore", "open_store"]
