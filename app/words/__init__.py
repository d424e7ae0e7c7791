"""The words of the window: terms, notices, numbers and times as a person reads them."""
