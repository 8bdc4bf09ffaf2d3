"""The conditions of rules that are tables of their own: one file for each."""
