"""Surveys: asked, answered, counted and shown."""
