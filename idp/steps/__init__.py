"""Room steps."""
