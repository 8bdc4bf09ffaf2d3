"""LTPA: who somebody is, by the single sign-on tokens of WebSphere and Domino.

This room reads keys and tokens; it knows nothing of photos, policies or the web.
"""

from limner.ltpa.alias_table import read_aliases
from limner.ltpa.doubts import Doubt, doubts, published
from limner.ltpa.errors import AliasTableError, KeyFileError
from limner.ltpa.keys import DominoSecret, Keys, WebSphereKeys
from limner.ltpa.keyset import load, store
from limner.ltpa.names import Aliases, candidates, login_of
from limner.ltpa.opening import open_keys
from limner.ltpa.token import Claims, Examination, Stage
from limner.ltpa.verify import Verifier

__all__ = [
    "AliasTableError",
    "Aliases",
    "Claims",
    "DominoSecret",
    "Doubt",
    "Examination",
    "KeyFileError",
    "Keys",
    "Stage",
    "Verifier",
    "WebSphereKeys",
    "candidates",
    "doubts",
    "load",
    "login_of",
    "open_keys",
    "published",
    "read_aliases",
    "store",
]
