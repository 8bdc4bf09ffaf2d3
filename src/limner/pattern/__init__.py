"""Addresses as text: networks to regular expressions, and regular expressions back to networks, exactly."""
