"""Controls and pictures that know nothing of Strata: plain data in, signals with plain numbers out."""
