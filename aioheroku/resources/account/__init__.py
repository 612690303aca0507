"""The account: its features, keys, credits and rate limit."""
