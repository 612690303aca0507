"""Organizations, their apps and members."""
