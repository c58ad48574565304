"""The door: Flask lives here and nowhere else. One endpoint, or one concern, a file."""
