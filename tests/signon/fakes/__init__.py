"""Small servers and clients that say what the real ones say, each after the document that its first line names."""
