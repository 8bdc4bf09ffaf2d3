"""What can be wrong with passes, for users to read."""

from limner.errors import LimnerError


class PassError(LimnerError):
    """A pass cannot be issued, or the register of passes cannot be read or written."""
