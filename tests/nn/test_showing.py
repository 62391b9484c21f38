"""Modules as Jupyter shows them."""

import re

from leafgrad import nn


def lines(module):
    html = module._repr_html_()
    assert html.count("<details") == html.count("</details>") and html.count("<div") == html.count("</div>")
    return [line for line in re.sub(r"<[^>]*>", "\n", html).split("\n") if line.strip()]


def test_a_tree_with_counts():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Sequential(nn.LayerNorm(3), nn.ReLU()))
    text = " ".join(" ".join(lines(model)).split())
    assert text.startswith("Sequential 21 parameters (0) Flatten (start_dim=1, end_dim=-1) (1) Linear")
    assert "weight (3, 4) float32 bias (3,) float32" in text
    assert "(2) Sequential 6 parameters (0) LayerNorm" in text and text.endswith("(1) ReLU")


def test_shared_and_frozen_parameters_are_counted_once():
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, layer)
    assert "6 parameters" in " ".join(lines(model))
    layer.bias.requires_grad_(False)
    text = " ".join(lines(model))
    assert "6 parameters, 2 of them frozen" in text and "(2,) float32, frozen" in text


def test_buffers_and_names_that_need_escaping():
    import leafgrad

    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", leafgrad.zeros(2))

        def extra_repr(self):
            return "a<b>&c"

    assert "mean (2,) float32, buffer" in " ".join(lines(Odd()))
    assert "a&lt;b&gt;&amp;c" in Odd()._repr_html_()
