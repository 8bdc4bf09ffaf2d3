"""What a cell is made of, as values: no file is read here, and nothing is decided."""

from limner.cell.model.client import ClientBlock, ClientProps
from limner.cell.model.resolved import Choice, Connection, DecidedBy, Resolved
from limner.cell.model.scope import Level, Scope
from limner.cell.model.security import (
    ClientAuth,
    Direction,
    DynamicSelection,
    KeySetGroup,
    KeyStore,
    Security,
    SSLConfig,
    SSLConfigGroup,
)
from limner.cell.model.topology import Cell, Chain, Cluster, Endpoint, Kind, Node, Note, Process, Transport

__all__ = [
    "Cell",
    "Chain",
    "Choice",
    "ClientAuth",
    "ClientBlock",
    "ClientProps",
    "Cluster",
    "Connection",
    "DecidedBy",
    "Direction",
    "DynamicSelection",
    "Endpoint",
    "KeySetGroup",
    "KeyStore",
    "Kind",
    "Level",
    "Node",
    "Note",
    "Process",
    "Resolved",
    "SSLConfig",
    "SSLConfigGroup",
    "Scope",
    "Security",
    "Transport",
]
