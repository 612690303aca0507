"""Teams, their apps and members."""
