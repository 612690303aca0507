"""aioheroku."""
