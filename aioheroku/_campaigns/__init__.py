"""Campaigns: many calls of one kind, with a price, outcomes instead of exceptions, and a journal."""
