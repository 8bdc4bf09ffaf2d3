"""Real servers of a shared library on loopback: SeaweedFS as the S3-compatible store."""

from .store import Store, Unsteady, needs_store

__all__ = ["Store", "Unsteady", "needs_store"]
