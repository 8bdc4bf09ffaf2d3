"""Meeting passes: signed notes that open some faces to whoever holds one, for as long as a meeting lasts.

What a token says is kept short: its number, its room and its end. Whose faces it opens stands in a file here, the
*register*, beside the keys that sign tokens and what has been revoked. So a token fits into any address, tells its
holder no mail address that they did not know, and can be taken back. This room knows nothing of photos, policies or
the web.
"""

from limner.passes.clients import Clients
from limner.passes.errors import PassError, RegisterError
from limner.passes.issued import FACES, Issued, Pass
from limner.passes.keys import Key, Keys
from limner.passes.register import Register
from limner.passes.token import MOST_CHARACTERS, Signed, Verifier, sign

__all__ = [
    "FACES",
    "MOST_CHARACTERS",
    "Clients",
    "Issued",
    "Key",
    "Keys",
    "Pass",
    "PassError",
    "Register",
    "RegisterError",
    "Signed",
    "Verifier",
    "sign",
]
