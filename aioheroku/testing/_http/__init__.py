"""From a request to its response: routing, checks of bodies and ranges, headers."""
