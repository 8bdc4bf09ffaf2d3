"""Who can talk with whom in a cell: every pair that must, and the outside clients, by what is configured."""

from limner.cell.reach.clients import Client, read_clients, shipped
from limner.cell.reach.matrix import Pair, Reach, reach
from limner.cell.reach.page import write_page
from limner.cell.reach.roles import Roles, read_roles

__all__ = ["Client", "Pair", "Reach", "Roles", "reach", "read_clients", "read_roles", "shipped", "write_page"]
