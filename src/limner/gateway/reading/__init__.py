"""Other servers' configurations, read: whom do they let in? One file or folder for each dialect."""
