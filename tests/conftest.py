"""What all tests share: how Hypothesis searches."""

import os

from hypothesis import settings

# A deadline would fail on a busy machine. CI repeats the same examples, so that it is red only for a reason.
settings.register_profile(
    "limner", deadline=None, max_examples=100, derandomize=os.environ.get("CI", "").lower() in ("1", "true")
)
settings.load_profile("limner")
