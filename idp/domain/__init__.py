"""Nouns and ports. Standard library only; every other room may import from here."""
