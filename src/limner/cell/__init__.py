"""TLS in a WebSphere cell: what is configured, what decides, who can talk with whom.

This wing knows nothing of photos. WebSphere's file formats, orders and traps are told in docs/cell.md with their
sources.
"""
