"""All that is known of a failing log-in put together: the likeliest cause, what speaks for and against, what to do."""

from limner.signon.diagnose.diagnosis import diagnose
from limner.signon.diagnose.page import page, write_page
from limner.signon.diagnose.told import Diagnosis

__all__ = ["Diagnosis", "diagnose", "page", "write_page"]
