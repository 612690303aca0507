"""Endpoint declarations, and the validation of their arguments."""
