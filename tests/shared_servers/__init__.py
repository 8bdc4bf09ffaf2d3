"""Real servers of a shared library on loopback: PostgreSQL with a standby, and SeaweedFS as the S3-compatible store."""

from .postgres import Postgres, needs_postgres
from .store import Store, Unsteady, needs_store

__all__ = ["Postgres", "Store", "Unsteady", "needs_postgres", "needs_store"]
