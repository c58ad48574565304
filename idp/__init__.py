"""Sekisho: an OpenID Connect provider whose user journeys are short YAML flows."""

__version__ = "0.1.0"
