"""Pages: a `Screen` in one language, ready for its template. Knows no Flask and no HTML beyond escaped text."""
