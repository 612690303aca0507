"""Webhooks of apps and add-ons, with their events and deliveries."""
