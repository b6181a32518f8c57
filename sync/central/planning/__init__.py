"""Planned rounds: when and where, as people write it, and how they come into the store."""
