"""Add-ons, and what there is of them: services and plans."""
