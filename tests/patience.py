"""How long a test waits for what it expects: a guard against hanging, not a measure of anything."""

PATIENCE = 60.0
"""Seconds. A machine that does much else at once is slow, and nothing is wrong then."""
