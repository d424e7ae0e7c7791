"""Folders, archives and chosen files as trees of images: walked through, listed and never trusted."""
