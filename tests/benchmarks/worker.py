"""One library at one workload, in a process of its own.

Alone in its process, a library has the allocator, the garbage collector and the threads that its users
have. And it can be stopped while the others have their turn: the threads of NumPy's and PyTorch's
matrix products keep spinning for a while after each, which on two cores made the other's step many
times slower.

The protocol is a line of JSON each way: {"check": n} runs n steps and answers what they computed,
{"time": n} runs one step and then n more, and answers how long those took, {"peak": true} answers the
largest memory that the process has had.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from typing import Any

PEAK = "/proc/self/status"


def environment(threads: int) -> dict[str, str]:
    """The environment of a worker: each library is told the number of threads in its own way."""
    names = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")
    told = {
        f"{name}_NUM_THREADS" if name != "VECLIB_MAXIMUM" else "VECLIB_MAXIMUM_THREADS": str(threads) for name in names
    }
    # XLA takes the size of its pool from NPROC
    return {**os.environ, **told, "NPROC": str(threads), "PJRT_NPROC": str(threads), "JAX_PLATFORMS": "cpu"}


class Failed(Exception):
    """The library could not run the workload."""


class Worker:
    """The process, from outside: it runs only while it is being asked."""

    def __init__(self, workload: str, library: str, threads: int, malloc: bool = False) -> None:
        options = ["--malloc"] if malloc else []
        self.library = library
        self.process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, workload, library, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(threads),
        )

    def ask(self, **question: Any) -> Any:
        """Let it run until it has answered; a Failed if it cannot."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Failed(f"ended with status {self.process.wait()}")
        self.process.send_signal(signal.SIGSTOP)
        answer = json.loads(line)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer["answer"]

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


def main(arguments: list[str]) -> None:
    """The process, from inside: answer questions until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    step: Any = None
    for line in sys.stdin:
        try:
            if step is None:
                step = _made(arguments[0], arguments[1], "--malloc" in arguments)
            reply = {"answer": _answer(step, json.loads(line))}
        except Exception as error:
            reply = {"failed": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(reply), file=answers, flush=True)


def _made(workload: str, library: str, malloc: bool) -> Any:
    if malloc:
        from leafgrad.tuning import keep_freed_memory

        if not keep_freed_memory():
            raise RuntimeError("--malloc: only glibc's allocator can be told to keep freed memory")
    if library == "torch":
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    from tests.benchmarks.registry import load

    return load()[workload].makers[library]()


def _answer(step: Any, question: dict[str, Any]) -> Any:
    if "check" in question:
        from tests.benchmarks.values import fingerprint

        return [fingerprint(step()) for _ in range(question["check"])]
    if "time" in question:
        step()  # brings this library's code and data back into the caches
        start = time.perf_counter()
        for _ in range(question["time"]):
            step()
        return time.perf_counter() - start
    return peak()


def peak() -> int:
    """The most memory, in bytes, that this process has had.

    On Linux not `ru_maxrss`, which in a process started from a large one is the large one's.
    """
    if os.path.exists(PEAK):
        with open(PEAK) as status:
            (line,) = (line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1:])
