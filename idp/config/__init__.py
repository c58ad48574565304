"""The site's YAML: reading it with positions, and what it means once read. Knows no flow, no web, no database."""
