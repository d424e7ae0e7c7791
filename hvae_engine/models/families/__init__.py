"""One file a family, found by being here; each composes the pieces of `hvae_engine.models`."""
