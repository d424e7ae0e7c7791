"""How quick the engine is, beside the plainest code that does the same on the same machine."""

from hvae_engine.bench.data import bench_data
from hvae_engine.bench.evaluate import bench_evaluate
from hvae_engine.bench.importing import bench_import
from hvae_engine.bench.loop import bench_loop
from hvae_engine.bench.models import bench_models

__all__ = ["bench_data", "bench_evaluate", "bench_import", "bench_loop", "bench_models"]
