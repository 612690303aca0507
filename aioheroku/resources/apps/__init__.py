"""Apps, and what belongs to an app."""
