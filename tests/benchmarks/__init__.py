"""Workloads that leafgrad, hand-written NumPy, PyTorch, JAX, HIPS autograd and MyGrad run in turn.

`python -m tests.benchmarks` prints the table; `--help` lists its options. `registry.py` says what a
workload is, each family of workloads has a file, and `worker.py` and `rounds.py` say how they are
timed. Nothing here imports NumPy before the number of threads has been set.
"""
