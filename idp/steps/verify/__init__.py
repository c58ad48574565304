"""Room steps/verify."""
