"""Benchmarks of the window: how quickly it answers a hand, and how soon it is there."""
