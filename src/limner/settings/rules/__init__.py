"""What a rule may ask for that needs settings of its own: one file per kind."""
