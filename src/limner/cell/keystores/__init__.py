"""Files of certificates and keys: PKCS#12, JKS, JCEKS, PEM, DER; what is in them, and what will go wrong with them."""

from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.reading import read
from limner.cell.keystores.store import Entry, Form, Kind, Store

__all__ = ["DamagedError", "Entry", "Form", "KeyStoreError", "Kind", "PasswordError", "Store", "read"]
