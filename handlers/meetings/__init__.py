"""Meetings: when they take place, what is said of them, what the secretariat changes."""
