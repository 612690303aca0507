"""Logs, output, one-off dynos, transfers, waiting: modules without I/O, bytes in and values out, and their drivers."""
