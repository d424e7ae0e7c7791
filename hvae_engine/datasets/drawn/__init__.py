"""Strata scenes, the built-in data, drawn with known causes."""
