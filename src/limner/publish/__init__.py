"""Library -> elsewhere: what others hold of people's photos, brought up to date from the library.

`write_back` writes into a directory, by a plan that is guarded and can be undone: one file for what is written.
"""

from __future__ import annotations

from limner.publish.report import Report
from limner.publish.write_back import write_back

__all__ = ["Report", "write_back"]
