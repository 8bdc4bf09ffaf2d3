"""The errors that a user may see: what is wrong, where, and what to do about it.

Every room turns the exceptions of the libraries it uses into one of these at its border; the command line
prints them as two lines and nothing else. A traceback in front of a user is a defect.
"""

from __future__ import annotations


class LimnerError(Exception):
    """Something a user can understand and act on.

    `message` says what is wrong and where, in one line without a full stop; `hint`, where there is one, says
    what to do.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(LimnerError):
    """The settings file cannot be read or holds mistakes; all of them are in `message`, a line each."""


class NameFormError(LimnerError):
    """A text is not a mail address, user name, distinguished name or key that a person can go by."""


class PictureError(LimnerError):
    """A file is not a picture that can be taken in: its message says why, for the one who owns the file."""


class LibraryError(LimnerError):
    """The library cannot be opened, read or written."""


class DamagedError(LibraryError):
    """The library, or a part of it, can no longer be read."""


class AwayError(LibraryError):
    """A shared library's database or store does not answer, or went away: what was asked for may work later."""


class NameTakenError(LibraryError):
    """A person is to be stored under a name that belongs to another record already: that of `source` and `origin`."""

    def __init__(self, message: str, *, hint: str | None = None, source: str, origin: str) -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.origin = origin


class SourceError(LimnerError):
    """A place where photos come from cannot be read."""


class DirectoryError(LimnerError):
    """A directory server (LDAP) cannot be reached, or refuses what is asked of it.

    `code` is the result code of RFC 4511, appendix A, where the server gave one. `again`: to ask again may help.
    """

    def __init__(self, message: str, *, hint: str | None = None, code: int | None = None, again: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.again = again


class SyncRefusedError(LimnerError):
    """A sync would do something that nobody asked for in so many words, such as removing most people."""


class PublishError(LimnerError):
    """What was to be published could not be, or would change more than anybody asked for in so many words."""


class ServeError(LimnerError):
    """The door cannot be opened: an address in use, a certificate that does not fit, ..."""
