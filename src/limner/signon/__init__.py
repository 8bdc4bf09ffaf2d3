"""Moving clients to a new community server, and why single sign-on from a Notes client fails.

This room reads server documents, settings, traces and captures, and asks servers harmless questions; it knows nothing
of photos. Every reader gives what it read and the `Evidence` in it, which `limner signon diagnose` weighs.
"""
