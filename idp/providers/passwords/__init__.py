"""Password hashes and the list of passwords that attackers try first."""
