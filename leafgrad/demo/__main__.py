"""The demo from its arguments to its last line; the learning itself is in `training.py`."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

import leafgrad
from leafgrad import nn, optim
from leafgrad.data import download, load_digits, load_mnist
from leafgrad.data.idx import Split
from leafgrad.demo.arguments import build_parser, parse_arguments
from leafgrad.demo.curve import Panel, Series, learning_curve
from leafgrad.demo.report import HEADER, confusion_matrix, epoch_row
from leafgrad.demo.training import CLASSES, Epoch, build_model, evaluate, train


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit status: 0 for success, 1 where training or writing failed, 130 for Ctrl-C.

    Bad arguments and bad data end the program with status 2, as argparse does it.
    """
    parser = build_parser()
    options = parse_arguments(parser, arguments)
    try:
        try:
            data = load(options)
        except (OSError, ValueError) as error:
            parser.error(str(error))
        # A loss that explodes is told by `train`, in better words than NumPy's warnings.
        with np.errstate(over="ignore", invalid="ignore"):
            run(options, data)
    except (FloatingPointError, OSError) as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    return 0


def load(options: Namespace) -> Split:
    """Return the data that the options ask for, downloaded first if they say so."""
    if options.download:
        download(options.download, options.data)
    return load_mnist(options.data) if options.data else load_digits()


def run(options: Namespace, data: Split) -> None:
    """Train, and show on standard output how it went."""
    train_images, _, test_images, test_labels = data
    pixels = train_images[0].size
    leafgrad.manual_seed(options.seed)
    model = build_model(pixels, options.hidden)
    optimizer = build_optimizer(options, model)
    describe(options, model, data)

    epochs = []
    print(HEADER)
    for epoch in train(model, optimizer, data, options.epochs, options.batch_size):
        epochs.append(epoch)
        print(epoch_row(epoch), flush=True)

    _, predictions = evaluate(model, test_images, test_labels)
    print("", confusion_matrix(test_labels, predictions, CLASSES), "", sep="\n")
    right = int((predictions == test_labels).sum())
    seconds = sum(epoch.seconds for epoch in epochs)
    print(f"Test accuracy: {right / len(test_labels):.2%} ({right} of {len(test_labels)}) after {seconds:.1f} seconds")

    draw(epochs, options.curve)
    print(f"Learning curve: {options.curve}")

    leafgrad.save(model.state_dict(), options.save)
    restored = build_model(pixels, options.hidden)
    restored.load_state_dict(leafgrad.load(options.save))
    _, predictions_again = evaluate(restored, test_images, test_labels)
    if not np.array_equal(predictions, predictions_again):
        raise OSError(f"the weights read back from {options.save} do not predict what the trained network predicts")
    print(f"Trained weights: {options.save}, loaded back with equal predictions")


def build_optimizer(options: Namespace, model: nn.Module) -> optim.Optimizer:
    """Return the optimizer that the options name."""
    if options.optimizer == "sgd":
        return optim.SGD(model.parameters(), lr=options.lr, momentum=options.momentum)
    if options.optimizer == "adam":
        return optim.Adam(model.parameters(), lr=options.lr)
    return optim.AdamW(model.parameters(), lr=options.lr)


def describe(options: Namespace, model: nn.Module, data: Split) -> None:
    """Print what will be trained on what."""
    train_images, train_labels, _, test_labels = data
    _, height, width = train_images.shape
    name = os.path.join(options.data, "") if options.data else "The UCI optical digits"
    print(f"{name}: {len(train_labels)} training and {len(test_labels)} test images of {height}x{width} pixels")

    layers = "-".join(map(str, [height * width, *options.hidden, CLASSES]))
    count = sum(parameter.numel() for parameter in model.parameters())
    momentum = f", momentum {options.momentum:g}" if options.optimizer == "sgd" else ""
    print(f"{layers} ReLU network, {count} parameters")
    print(f"{options.optimizer}, lr {options.lr:g}{momentum}, batch size {options.batch_size}, seed {options.seed}\n")


def draw(epochs: Sequence[Epoch], path: str) -> None:
    """Write the learning curve as an SVG file."""
    panels = [
        Panel(
            "Cross-entropy loss",
            [
                Series("train", [epoch.train_loss for epoch in epochs]),
                Series("test", [epoch.test_loss for epoch in epochs]),
            ],
            include=[0],
        ),
        Panel(
            "Accuracy (%)",
            [
                Series("train", [100 * epoch.train_accuracy for epoch in epochs]),
                Series("test", [100 * epoch.test_accuracy for epoch in epochs]),
            ],
            include=[100],
        ),
    ]
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(learning_curve(panels))


if __name__ == "__main__":
    sys.exit(main())
