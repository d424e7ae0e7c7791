"""Pictures for people: panels of plain data, drawn as PNG, SVG, GIF or MP4 with a caption."""

from hvae_engine.exploring.figures.panels import Figure, Heat, Line, Panel, Scatter, Text, Tiles

__all__ = ["Figure", "Heat", "Line", "Panel", "Scatter", "Text", "Tiles"]
