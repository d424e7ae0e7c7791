"""What leaves the window: screenshots, figures, films, curves and arrays, each with the words that make it again."""
