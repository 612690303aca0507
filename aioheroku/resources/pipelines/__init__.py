"""Pipelines: apps in stages, what is promoted between them, and review apps."""
