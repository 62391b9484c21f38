"""The demo's command line."""

import argparse
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from leafgrad.data.fetch import SOURCES

LEARNING_RATES = {"sgd": 0.1, "adam": 0.005, "adamw": 0.005}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; what it accepts can be trained, as far as arguments alone can tell.

    >>> build_parser().parse_args(["--hidden", "32", "--epochs", "3"]).hidden
    [32]
    """
    positive_integer = _number(int, lambda n: n >= 1, "a positive integer")
    parser = argparse.ArgumentParser(
        prog="python -m leafgrad.demo",
        usage="%(prog)s [options]",
        description="Train a small network on images of ten classes: by default on the 1,797 handwritten digits "
        "that come with leafgrad.",
    )
    data = parser.add_argument_group("data")
    data.add_argument("--data", metavar="DIR", help="train on the MNIST-format files in this folder")
    data.add_argument(
        "--download",
        metavar="NAME",
        choices=SOURCES,
        help=f"first download {' or '.join(SOURCES)} into the folder given by --data, by default data/NAME",
    )
    network = parser.add_argument_group("network and training")
    network.add_argument(
        "--hidden",
        metavar="N",
        nargs="*",
        type=positive_integer,
        default=[128, 64],
        help="widths of the hidden layers (128 64)",
    )
    network.add_argument("--epochs", metavar="N", type=positive_integer, default=30, help="passes over the data (30)")
    network.add_argument("--batch-size", metavar="N", type=positive_integer, default=32, help="images a step (32)")
    network.add_argument("--optimizer", choices=LEARNING_RATES, default="sgd", help="how to step (sgd)")
    network.add_argument(
        "--lr",
        metavar="RATE",
        type=_number(float, lambda x: 0 < x < math.inf, "a positive number"),
        help="learning rate at the start; it falls in a straight line to 0 (0.1 for sgd, else 0.005)",
    )
    network.add_argument(
        "--momentum",
        metavar="M",
        type=_number(float, lambda x: 0 <= x < 1, "a number of at least 0 and below 1"),
        help="momentum of sgd (0.9)",
    )
    network.add_argument(
        "--seed",
        metavar="N",
        type=_number(int, lambda n: 0 <= n < 2**32, "an integer from 0 to 4294967295"),
        default=0,
        help="the same seed gives the same numbers (0)",
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--save",
        metavar="PATH",
        type=_output_path,
        default="leafgrad-demo.leafgrad",
        help="trained weights (%(default)s)",
    )
    output.add_argument(
        "--curve", metavar="PATH", type=_output_path, default="leafgrad-demo.svg", help="learning curve (%(default)s)"
    )
    return parser


def parse_arguments(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed arguments with what depends on other arguments filled in.

    >>> parse_arguments(build_parser(), ["--optimizer", "adam"]).lr
    0.005
    """
    options = parser.parse_args(arguments)
    if options.momentum is not None and options.optimizer != "sgd":
        parser.error(f"argument --momentum: only sgd has a momentum, not {options.optimizer}")
    if os.path.abspath(options.save) == os.path.abspath(options.curve):
        parser.error(f"arguments --save and --curve: expected two files, got {options.save} twice")
    if options.momentum is None:
        options.momentum = 0.9
    if options.lr is None:
        options.lr = LEARNING_RATES[options.optimizer]
    if options.download is not None and options.data is None:
        options.data = os.path.join("data", options.download)
    return options


def _number(convert: Callable[[str], Any], holds: Callable[[Any], bool], expected: str) -> Callable[[str], Any]:
    """An argparse type: a number that `convert` reads and for which `holds` is true, so never a NaN."""

    def parse(text: str) -> Any:
        try:
            value = convert(text)
        except ValueError:
            value = math.nan
        if not holds(value):
            raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
        return value

    return parse


def _output_path(text: str) -> str:
    """A path that can be written, told before the training and not after it."""
    folder = os.path.dirname(os.path.abspath(text))
    if not os.path.isdir(folder):
        raise argparse.ArgumentTypeError(f"the folder {folder} does not exist; make it first")
    if os.path.isdir(text) or not os.access(text if os.path.exists(text) else folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} cannot be written; choose another path")
    return text
