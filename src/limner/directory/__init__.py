"""LDAP: the border to the directory servers that people are kept in.

`connect` opens the first server that answers; a `Directory` is searched and written to; an `Entry` is what it holds.
The LDAP library's exceptions become DirectoryError here, and go no further.
"""

from limner.directory.entry import Entry, shown
from limner.directory.filters import check_filter, escape
from limner.directory.opening import connect
from limner.directory.session import Directory, Done

__all__ = ["Directory", "Done", "Entry", "check_filter", "connect", "escape", "shown"]
