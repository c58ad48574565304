"""Room delivery."""
