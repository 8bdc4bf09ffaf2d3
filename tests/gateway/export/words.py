"""Texts that try to break out of their place, for the dialects' quoting."""

from hypothesis import strategies as st

hostile = st.text("ab \\\"'`{}$%#;<>/\t=()[]", max_size=12) | st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_characters="\x7f"), max_size=12
)
