"""Room oauth."""
