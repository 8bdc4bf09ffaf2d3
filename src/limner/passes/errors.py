"""What can be wrong with passes, for users to read."""

from limner.errors import LimnerError


class PassError(LimnerError):
    """What is asked of passes cannot be done."""


class RegisterError(PassError):
    """The register of passes cannot be read or written."""
