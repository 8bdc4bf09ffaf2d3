"""HCL Connections: the people of Profiles, and their photos."""

from limner.sources.connections.source import Connections

__all__ = ["Connections"]
