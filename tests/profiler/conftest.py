"""What the profiles of these tests watch."""

import pytest

import leafgrad
from leafgrad import nn


@pytest.fixture
def x():
    return leafgrad.tensor([1.0, 2.0, 3.0], requires_grad=True)


@pytest.fixture
def model():
    leafgrad.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.Sequential(nn.ReLU(), nn.Linear(16, 4)), nn.Tanh())
