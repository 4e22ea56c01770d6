"""Tests of the page and the console."""
