"""Pipelines: apps in stages, promotions and review apps."""
