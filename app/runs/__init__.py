"""The runs on the disk, and the run at hand beside earlier ones."""
