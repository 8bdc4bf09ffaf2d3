"""From the library and the policy to other servers: one file per target."""
