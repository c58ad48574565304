"""The outside world behind the ports: clock, randomness, keys, hashing, mail, SMS, voice, HTTP calls."""
