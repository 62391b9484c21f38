"""The demo, as a user starts it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import leafgrad
from leafgrad.data import MNIST_FILES, write_idx
from leafgrad.demo.__main__ import main
from leafgrad.demo.curve import Panel, Series, learning_curve, ticks
from leafgrad.demo.report import confusion_matrix
from leafgrad.demo.training import build_model, train


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def small_data(tmp_path):
    """An MNIST-format data set that a network learns at once: the class is the pixel that is lit."""
    folder = tmp_path / "small"
    folder.mkdir()
    labels = np.tile(np.arange(10, dtype=np.uint8), 20)
    images = np.zeros((200, 2, 5), np.uint8)
    images.reshape(200, 10)[np.arange(200), labels] = 255
    for name, array in zip(MNIST_FILES, [images, labels, images[:50], labels[:50]], strict=True):
        write_idx(folder / f"{name}.gz", array)
    return folder


def without_seconds(text):
    """What the demo printed, less the times it took."""
    return re.sub(r" +\d+\.\d+$|after .* seconds", "", text, flags=re.MULTILINE)


def test_the_bundled_digits_are_learnt(capsys):
    assert main([]) == 0
    accuracy = re.search(r"Test accuracy: (\d+\.\d+)%", capsys.readouterr().out)
    assert float(accuracy[1]) >= 97


def test_everything_is_shown(small_data, capsys, tmp_path):
    options = ["--hidden", "16", "--epochs", "3", "--save", "w.leafgrad", "--curve", "c.svg"]
    assert main(["--data", str(small_data), *options]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert "200 training and 50 test images of 2x5 pixels" in output
    assert "10-16-10 ReLU network, 346 parameters" in output
    assert re.findall(r"^ +(\d+) +\d+\.\d{4} +\d+\.\d\d% +\d+\.\d\d$", output, re.MULTILINE) == ["1", "2", "3"]
    assert "true \\ predicted" in output
    assert "Trained weights: w.leafgrad, loaded back with equal predictions" in output
    assert ET.parse("c.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.svg", "small", "w.leafgrad"]


def test_the_saved_weights_fit_the_network(small_data):
    main(["--data", str(small_data), "--hidden", "16", "--epochs", "10"])
    model = build_model(10, [16])
    model.load_state_dict(leafgrad.load("leafgrad-demo.leafgrad"))
    images = leafgrad.from_numpy(np.eye(10, dtype=np.float32).reshape(10, 2, 5))
    assert model(images).argmax(1).tolist() == list(range(10))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_the_same_seed_gives_the_same_numbers(small_data, capsys, optimizer):
    def run(seed):
        assert main(["--data", str(small_data), "--epochs", "2", "--optimizer", optimizer, "--seed", str(seed)]) == 0
        return without_seconds(capsys.readouterr().out)

    first, again, other = run(1), run(1), run(2)
    assert first == again
    assert first.replace("seed 1", "seed 2") != other


def test_training_shuffles_and_slows_down():
    images = np.arange(20, dtype=np.float32).reshape(20, 1)
    labels = np.zeros(20, np.int64)
    model = build_model(1, [])
    optimizer = leafgrad.optim.SGD(model.parameters(), lr=0.1)
    seen = []
    model.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].tolist()))
    rates = []
    for epoch in train(model, optimizer, (images, labels, images, labels), 2, batch_size=20):
        rates.append((epoch.number, optimizer.param_groups[0]["lr"]))
    first, tested, second, _ = seen
    assert tested == images.tolist()
    assert sorted(first) == sorted(second) == tested
    assert first != second
    assert rates == [(1, pytest.approx(0.05)), (2, 0)]


def test_a_network_without_hidden_layers(small_data, capsys):
    assert main(["--data", str(small_data), "--epochs", "1", "--hidden"]) == 0
    assert "10-10 ReLU network, 110 parameters" in capsys.readouterr().out


def test_it_runs_as_a_module_and_is_plain_when_piped(small_data):
    command = [sys.executable, "-m", "leafgrad.demo", "--data", str(small_data), "--epochs", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert "Test accuracy" in result.stdout
    assert "\r" not in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lr", "-1"], "argument --lr: expected a positive number, got '-1'"),
        (["--lr", "nan"], "argument --lr: expected a positive number, got 'nan'"),
        (["--lr", "inf"], "argument --lr: expected a positive number, got 'inf'"),
        (["--lr", "fast"], "argument --lr: expected a positive number, got 'fast'"),
        (["--epochs", "0"], "argument --epochs: expected a positive integer, got '0'"),
        (["--epochs", "1.5"], "argument --epochs: expected a positive integer, got '1.5'"),
        (["--batch-size", "0"], "argument --batch-size: expected a positive integer, got '0'"),
        (["--hidden", "32", "0"], "argument --hidden: expected a positive integer, got '0'"),
        (["--momentum", "1"], "argument --momentum: expected a number of at least 0 and below 1, got '1'"),
        (["--momentum", "0.5", "--optimizer", "adam"], "only sgd has a momentum, not adam"),
        (["--seed", "-1"], "argument --seed: expected an integer from 0 to 4294967295, got '-1'"),
        (["--optimizer", "lion"], "argument --optimizer: invalid choice: 'lion'"),
        (["--download", "cifar"], "argument --download: invalid choice: 'cifar'"),
        (["--data", "nowhere"], f"no MNIST-format data set in nowhere: put {', '.join(MNIST_FILES)} there"),
        (["--save", "nowhere/w.leafgrad"], "argument --save: the folder"),
        (["--curve", "."], "argument --curve: . cannot be written"),
        (["--curve", "a", "--save", "./a"], "expected two files"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(capsys, tmp_path, arguments, message):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert message in errors.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_damaged_data_is_told_in_a_sentence(small_data, capsys):
    path = small_data / f"{MNIST_FILES[1]}.gz"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(SystemExit) as caught:
        main(["--data", str(small_data)])
    assert caught.value.code == 2
    assert f"{path} is a truncated or corrupted gzip file" in capsys.readouterr().err.splitlines()[-1]


def test_a_loss_that_explodes_is_told_in_a_sentence(small_data, capsys, tmp_path):
    assert main(["--data", str(small_data), "--lr", "1e30", "--epochs", "5"]) == 1
    errors = capsys.readouterr().err
    assert re.fullmatch(r"python -m leafgrad.demo: error: the loss became \w+ in epoch \d; try a smaller .*\n", errors)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_an_interruption_is_no_traceback(small_data, capsys, tmp_path, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("leafgrad.demo.__main__.train", interrupt)
    assert main(["--data", str(small_data)]) == 130
    assert capsys.readouterr().err == "python -m leafgrad.demo: interrupted\n"
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_weights_that_do_not_come_back_are_noticed(small_data, capsys, monkeypatch):
    untrained = build_model(10, [16]).state_dict()
    monkeypatch.setattr(leafgrad, "load", lambda path: untrained)
    assert main(["--data", str(small_data), "--hidden", "16", "--epochs", "5"]) == 1
    assert "do not predict what the trained network predicts" in capsys.readouterr().err


def test_a_download_comes_before_the_training(small_data, capsys, monkeypatch):
    asked = []

    def fetch(name, directory):
        asked.append((name, directory))
        small_data.parent.joinpath("data").mkdir()
        small_data.rename(directory)

    monkeypatch.setattr("leafgrad.demo.__main__.download", fetch)
    assert main(["--download", "mnist", "--epochs", "1"]) == 0
    assert asked == [("mnist", "data/mnist")]
    assert "data/mnist/: 200 training" in capsys.readouterr().out


def test_the_confusion_matrix_counts_each_pair():
    table = confusion_matrix(np.array([0, 2, 2, 2]), np.array([0, 2, 1, 2]), 3)
    assert [line.split() for line in table.splitlines()] == [
        ["true", "\\", "predicted", "0", "1", "2", "right"],
        ["0", "1", ".", ".", "100.0%"],
        ["1", ".", ".", ".", "-"],
        ["2", ".", "1", "2", "66.7%"],
    ]
    assert len({len(line) for line in table.splitlines()}) == 1


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (87.3, 100, [90, 95, 100]), (0, 0.004, [0, 0.001, 0.002, 0.003, 0.004])],
)
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [1e-9, 2e-9, 1e-9], list(range(200))])
def test_every_point_of_a_curve_lies_inside_the_picture(values):
    picture = ET.fromstring(learning_curve([Panel("loss", [Series("train", values)], include=[0])]))
    width, height = int(picture.get("width")), int(picture.get("height"))
    line = picture.find("{*}polyline").get("points").split()
    assert len(line) == len(values)
    points = np.array([point.split(",") for point in line], float)
    assert np.isfinite(points).all()
    assert (points > 0).all()
    assert (points < [width, height]).all()
    in_the_legend = 1
    assert len(picture.findall("{*}circle")) - in_the_legend == min(len(values), 12)
    words = [text.text for text in picture.findall("{*}text")]
    assert "epoch" in words
    assert "train" in words
