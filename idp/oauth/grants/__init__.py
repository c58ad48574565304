"""Room oauth/grants."""
