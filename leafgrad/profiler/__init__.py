"""Where the time and the memory of a program go: by operation and by module, forward and backward.

`profile` watches what is run inside it (`watching.py`), keeps an event for each call (`events.py`),
and shows them as a table (`table.py`) or as a file for a trace viewer (`chrome.py`). Outside of
it, leafgrad runs the same code as if this package did not exist.
"""

from leafgrad.profiler.events import Event
from leafgrad.profiler.profiling import profile
from leafgrad.profiler.table import Row
from leafgrad.profiler.watching import record_function

__all__ = ["Event", "Row", "profile", "record_function"]
