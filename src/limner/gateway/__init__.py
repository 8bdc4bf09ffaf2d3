"""Other web servers: what their configurations decide, and configurations that decide as a policy does."""
