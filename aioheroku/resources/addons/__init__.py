"""Add-ons, their services and plans."""
