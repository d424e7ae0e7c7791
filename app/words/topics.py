"""What a notice about a problem can be about: a later success of the same topic sends it away."""

DATA = "data"
"""Images or a run that could not be opened, until others are there."""
RUN = "run"
"""Settings or a run with which training could not begin or go on, until a run trains."""
