"""A test that leaves something changed behind it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import leafgrad
from leafgrad import anomaly, recording


@pytest.fixture(autouse=True)
def nothing_is_left_changed() -> Iterator[None]:
    """Grad mode, the default dtype, anomaly detection, observers and the walk that is running."""
    yield
    state = (
        leafgrad.is_grad_enabled(),
        leafgrad.get_default_dtype(),
        anomaly.state.enabled,
        recording.observers,
        recording.running.walk,
    )
    leafgrad.set_grad_enabled(True)
    leafgrad.set_default_dtype(leafgrad.float32)
    assert state == (True, leafgrad.float32, False, [], None)
