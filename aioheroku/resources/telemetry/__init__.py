"""Telemetry that Heroku sends to other services."""
