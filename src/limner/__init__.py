"""One library of a workplace's portraits, shown to exactly those who may see them."""

__version__ = "0.1.0"
