"""Signal processing: `leafgrad.signal.windows`."""

from leafgrad.signal import windows as windows
