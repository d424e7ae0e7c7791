"""The parts of the window: each reads the state, draws it with widgets, and never calls another panel."""
