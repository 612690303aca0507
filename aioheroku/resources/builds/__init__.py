"""Builds, from source to slug or image."""
