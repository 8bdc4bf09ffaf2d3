"""From the library and the policy to other servers: one file per target.

`write_back` writes into a directory, by a plan that is guarded and can be undone, with a file for what is written.
`files` writes photos as files to other servers: one file for each kind of place. `paste` is what administrators paste.
"""
