"""The flow machine: what a YAML flow means and how one person walks through it. Knows no OIDC, Flask or database."""
