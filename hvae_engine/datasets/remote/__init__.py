"""Data sets that others publish: their addresses and checksums, and how they are fetched."""
