"""What WebSphere's logs tell of TLS: who refused whom, over what, and which setting it most likely was."""

from limner.cell.log.causes import CAUSES, Cause
from limner.cell.log.report import Agent, Group, Report, read_logs
from limner.cell.log.sign import Sign

__all__ = ["CAUSES", "Agent", "Cause", "Group", "Report", "Sign", "read_logs"]
