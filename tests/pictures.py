"""The README's pictures, made by leafgrad.

    python -m tests.pictures            writes docs/pictures/graph.svg and docs/pictures/learning_curve.svg
    python -m tests.pictures --check    fails if the graph in the file is not what is drawn today

The learning curve is not compared: its last digits depend on the processor.
"""

from __future__ import annotations

import sys
from pathlib import Path

import leafgrad
from leafgrad import graph, nn, optim
from leafgrad.data import load_digits
from leafgrad.demo.__main__ import draw as draw_curve
from leafgrad.demo.training import build_model, train
from leafgrad.nn import functional as F

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
GRAPH = PICTURES / "graph.svg"
CURVE = PICTURES / "learning_curve.svg"


def main(arguments: list[str]) -> int:
    """Write the pictures, or compare what can be compared; return the exit status."""
    if arguments == ["--check"]:
        if GRAPH.read_text(encoding="utf-8") != drawn_graph():
            print(f"{GRAPH.name} is stale; run python -m tests.pictures")
            return 1
        return 0
    if arguments:
        raise SystemExit("usage: python -m tests.pictures [--check]")
    PICTURES.mkdir(parents=True, exist_ok=True)
    GRAPH.write_text(drawn_graph(), encoding="utf-8")
    write_learning_curve()
    return 0


def drawn_graph() -> str:
    """A network of two layers and its loss, with values and gradients. Its numbers need few digits."""
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    first, second = model[0], model[2]
    with leafgrad.no_grad():
        first.weight.copy_(leafgrad.tensor([[1.0, 2.0], [-1.0, 0.5], [0.5, -2.0]]))
        first.bias.copy_(leafgrad.tensor([0.5, 1.0, -1.0]))
        second.weight.copy_(leafgrad.tensor([[1.0, -0.5, 2.0]]))
        second.bias.copy_(leafgrad.tensor([0.25]))
    with graph.keep_values():
        loss = F.mse_loss(model(leafgrad.tensor([[2.0, -0.5]])), leafgrad.tensor([[1.0]]))
    return graph.draw(loss, names=model, gradients=True).svg


def write_learning_curve() -> None:
    """The curve of the demo on the bundled digits, over 20 epochs."""
    leafgrad.manual_seed(0)
    data = load_digits()
    model = build_model(data[0][0].size, [64])
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    draw_curve(list(train(model, optimizer, data, epochs=20, batch_size=32)), str(CURVE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
