"""Room providers."""
