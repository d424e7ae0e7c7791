"""What the window knows: data, run, curves, image and edits; no widget here, and panels read from nowhere else."""
