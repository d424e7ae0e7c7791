"""What a desktop gives and keeps: files that travel along, places, the window's own memory, crashes, focus."""
