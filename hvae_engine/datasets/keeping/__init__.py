"""What is kept of pixels and how much may be: the cache, pixels read from the disk, bounds on memory."""
