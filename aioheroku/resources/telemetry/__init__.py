"""Telemetry drains."""
