"""How data and runs come into the window: chosen, dropped, pasted or recent, looked at before they are opened."""
