"""One picture or many from bytes to small squares of pixels, on all cores."""
