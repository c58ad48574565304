"""Room protocol."""
