"""What a declaration means: endpoints, and checks of their arguments."""
