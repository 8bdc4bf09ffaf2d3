"""Fetching over HTTP: one guarded client for all rooms that ask other servers for something.

A client is made of `Rules` (whom it may ask) and bounds; see `limner.fetch.client`.
"""

from limner.fetch.client import Answer, Client
from limner.fetch.errors import FetchError
from limner.fetch.rules import Rules, shorten

__all__ = ["Answer", "Client", "FetchError", "Rules", "shorten"]
