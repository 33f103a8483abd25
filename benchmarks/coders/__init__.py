"""Deductive coders beside each other, on sets of passages that people coded: `python -m benchmarks.deductive`."""
