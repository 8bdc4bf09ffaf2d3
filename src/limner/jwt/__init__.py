"""JSON Web Tokens (RFC 7519, signed as RFC 7515 says) of others: are they genuine, for us, still valid, and whose?

Keys, algorithms and signatures are joserfc's. Nothing in a token says how it is to be checked: algorithms and keys come
from the settings, and whatever else a token's header offers (`jku`, `x5u`, `jwk`, ...) is not looked at.
"""

from limner.jwt.claims import Expected, find
from limner.jwt.errors import JwksError, RefusedError
from limner.jwt.examine import Examination, examine, unproved
from limner.jwt.keyring import FileRing, FixedRing, Ring, UrlRing
from limner.jwt.keys import ALGORITHMS, Keys, read_keys, read_secret
from limner.jwt.names import keys_of, name_of
from limner.jwt.remote import Remote
from limner.jwt.verify import MOST_BYTES, Verified, Verifier

__all__ = [
    "ALGORITHMS",
    "MOST_BYTES",
    "Examination",
    "Expected",
    "FileRing",
    "FixedRing",
    "JwksError",
    "Keys",
    "RefusedError",
    "Remote",
    "Ring",
    "UrlRing",
    "Verified",
    "Verifier",
    "examine",
    "find",
    "keys_of",
    "name_of",
    "read_keys",
    "read_secret",
    "unproved",
]
