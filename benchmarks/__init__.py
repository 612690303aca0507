"""Measurements of aioheroku beside its peers: `python -m benchmarks` runs all, `python -m benchmarks.decode` one."""
