"""The window of Strata: it knows pictures, plain numbers and frozen records; the engine knows the mathematics."""
