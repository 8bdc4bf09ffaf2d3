"""Microsoft Graph: the people of Entra ID, and their photos."""

from limner.sources.graph.source import Graph

__all__ = ["Graph"]
