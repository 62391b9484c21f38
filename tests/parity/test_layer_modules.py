"""Modules of layers beside PyTorch's: what its own samples leave out, and those that hold other modules."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import leafgrad
from tests.parity.sidebyside import same

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape)


def compare(make: Callable[[Any], Any], call: Callable[..., Any], *arrays: np.ndarray) -> None:
    """The same module in both libraries: its repr, its state, what it makes of the arrays, and the gradients."""
    theirs = make(torch.nn).double()
    ours = make(leafgrad.nn).double()
    assert repr(ours) == repr(theirs)
    with torch.no_grad():
        for p in theirs.parameters():
            p.copy_(torch.tensor(RNG.standard_normal(tuple(p.shape)) / 2))
    state = {k: v.numpy(force=True).copy() for k, v in theirs.state_dict().items()}
    assert [(k, v.shape) for k, v in ours.state_dict().items()] == [(k, v.shape) for k, v in state.items()]
    ours.load_state_dict(state)
    names = [name for name, _ in ours.named_parameters()]

    def run(m: Any, *inputs: Any) -> Any:
        module = ours if m is leafgrad else theirs
        outputs = call(module, *inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        flat = [t for o in outputs for t in (o if isinstance(o, tuple) else (o,)) if t is not None]
        total = sum((t * m.tensor(np.cos(np.arange(t.numel())).reshape(tuple(t.shape)))).sum() for t in flat)
        found = dict(module.named_parameters())
        wanted = [*(t for t in inputs if t.requires_grad), *(found[n] for n in names)]
        slopes = m.autograd.grad(total, wanted, allow_unused=True)
        return *flat, *(m.zeros(1) if g is None else g for g in slopes), *(b for _, b in module.named_buffers())

    same(run, *arrays, orders=0)


MASK = np.triu(np.full((3, 3), -np.inf), 1)
PADDING = np.array([[False, False, True], [False, True, True]])


def encoder(nn: Any, **options: Any) -> Any:
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 5, 0.0, **options), 2, nn.LayerNorm(4), enable_nested_tensor=False)


CASES: dict[str, tuple[Any, Any, list[np.ndarray]]] = {
    "conv1d-circular": (lambda nn: nn.Conv1d(2, 4, 3, padding=2, padding_mode="circular"), lambda f, x: f(x), [normal(3, 2, 6)]),
    "conv2d-reflect-same": (lambda nn: nn.Conv2d(2, 4, (4, 3), padding="same", padding_mode="reflect"), lambda f, x: f(x), [normal(2, 2, 5, 6)]),
    "conv3d-replicate": (lambda nn: nn.Conv3d(2, 2, 2, padding=(1, 0, 1), padding_mode="replicate", groups=2), lambda f, x: f(x), [normal(2, 3, 3, 3)]),
    "transpose-size": (lambda nn: nn.ConvTranspose2d(2, 3, 3, 2, 1), lambda f, x: f(x, output_size=(8, 9)), [normal(1, 2, 4, 5)]),
    "unpool": (lambda nn: nn.MaxUnpool2d(2), lambda f, x: f(*torch_or_ours(x).nn.functional.max_pool2d(x, 2, return_indices=True)), [normal(1, 2, 4, 4)]),
    "norm-momentum-none": (lambda nn: nn.BatchNorm1d(3, momentum=None), lambda f, x: (f(x), f(2 * x)), [normal(4, 3)]),
    "norm-eval": (lambda nn: nn.BatchNorm2d(3).eval(), lambda f, x: f(x), [normal(2, 3, 2, 2)]),
    "norm-untracked": (lambda nn: nn.BatchNorm1d(3, track_running_stats=False).eval(), lambda f, x: f(x), [normal(4, 3, 2)]),
    "instance-tracked": (lambda nn: nn.InstanceNorm1d(3, affine=True, track_running_stats=True), lambda f, x: f(x), [normal(4, 3, 5)]),
    "bag": (lambda nn: nn.EmbeddingBag(5, 3, mode="max", padding_idx=-1), lambda f: f(torch_or_ours(f.weight).tensor([[1, 2, 4], [0, 1, 3]])), []),
    "embedding-all": (lambda nn: nn.Embedding(5, 3, 1, None, 2.0, True), lambda f: f(torch_or_ours(f.weight).tensor([[1, 2, 4], [0, 2, 2]])), []),
    "upsample": (lambda nn: nn.UpsamplingBilinear2d(scale_factor=2), lambda f, x: f(x), [normal(1, 2, 3, 3)]),
    "lstm-projection": (lambda nn: nn.LSTM(3, 4, 2, True, True, 0.0, True, 2), lambda f, x: f(x), [normal(2, 5, 3)]),
    "gru-hidden": (lambda nn: nn.GRU(3, 4, 2), lambda f, x, h: f(x, h), [normal(5, 2, 3), normal(2, 2, 4)]),
    "rnn-relu": (lambda nn: nn.RNN(3, 4, nonlinearity="relu", bidirectional=True), lambda f, x: f(x), [normal(5, 3)]),
    "attention": (lambda nn: nn.MultiheadAttention(4, 2), lambda f, x, y: f(x, y, y), [normal(3, 2, 4), normal(5, 2, 4)]),
    "attention-self": (lambda nn: nn.MultiheadAttention(4, 2, batch_first=True), lambda f, x: f(x, x, x, average_attn_weights=False), [normal(3, 2, 4)]),
    "attention-all": (
        lambda nn: nn.MultiheadAttention(4, 2, 0.0, False, True, True, 3, 5),
        lambda f, x, y, z, m, p: f(x, y, z, key_padding_mask=p, attn_mask=m.detach()),
        [normal(3, 2, 4), normal(3, 2, 3), normal(3, 2, 5), MASK, PADDING],
    ),
    "attention-causal": (
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, x, m: f(x, x, x, attn_mask=m.detach(), need_weights=False, is_causal=True),
        [normal(3, 2, 4), MASK],
    ),
    "attention-heads-mask": (
        lambda nn: nn.MultiheadAttention(4, 2),
        lambda f, x, m: f(x, x, x, attn_mask=m.detach(), need_weights=False),
        [normal(3, 2, 4), normal(4, 3, 3)],
    ),
    "attention-unbatched": (lambda nn: nn.MultiheadAttention(4, 2, batch_first=True), lambda f, x: f(x, x, x), [normal(3, 4)]),
    "encoder": (encoder, lambda f, x, m, p: f(x, m.detach(), p), [normal(3, 2, 4), MASK, PADDING]),
    "encoder-first": (lambda nn: encoder(nn, activation="gelu", norm_first=True, batch_first=True, bias=False), lambda f, x: f(x), [normal(2, 3, 4)]),
    "decoder": (
        lambda nn: nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 5, 0.0), 2),
        lambda f, x, y, m, p: f(x, y, m.detach(), memory_key_padding_mask=p, tgt_is_causal=True),
        [normal(3, 2, 4), normal(3, 2, 4), MASK, PADDING],
    ),
    "decoder-first": (lambda nn: nn.TransformerDecoderLayer(4, 2, 5, 0.0, norm_first=True), lambda f, x, y: f(x, y), [normal(3, 4), normal(2, 4)]),
    "transformer": (
        lambda nn: nn.Transformer(4, 2, 1, 1, 5, 0.0, batch_first=True),
        lambda f, x, y, m: f(x, y, tgt_mask=m.detach()),
        [normal(2, 5, 4), normal(2, 3, 4), MASK],
    ),
}


def torch_or_ours(x: Any) -> Any:
    return torch if isinstance(x, torch.Tensor) else leafgrad


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_as_there(name: str) -> None:
    make, call, arrays = CASES[name]
    compare(make, call, *arrays)


def test_masks_of_transformers() -> None:
    ours, theirs = (m.nn.Transformer.generate_square_subsequent_mask(4).numpy() for m in (leafgrad, torch))
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("name", ["BatchNorm1d(3)", "GroupNorm(2, 4)", "MultiheadAttention(4, 2)", "GRU(3, 4)", "Transformer(4, 2, 1, 1, 5)"])
@pytest.mark.filterwarnings("ignore")
def test_modules_are_copied_with_their_state(name: str) -> None:
    module = eval(f"leafgrad.nn.{name}")
    twin = copy.deepcopy(module)
    for (key, a), (other, b) in zip(module.state_dict().items(), twin.state_dict().items(), strict=True):
        assert key == other and not np.may_share_memory(a.numpy(), b.numpy())
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("name", ["Conv1d(3, 200, 5)", "ConvTranspose2d(40, 8, 3)", "Bilinear(9, 9, 30)", "GRU(3, 50)", "RNNCell(3, 200)", "MultiheadAttention(64, 4, add_bias_kv=True)", "Transformer(16, 2, 1, 1, 32)", "EmbeddingBag(200, 9)"])
@pytest.mark.filterwarnings("ignore")
def test_parameters_are_drawn_as_there(name: str) -> None:
    leafgrad.manual_seed(0)
    torch.manual_seed(0)
    ours, theirs = (dict(eval(f"m.nn.{name}", {"m": m}).named_parameters()) for m in (leafgrad, torch))
    for key, p in theirs.items():
        a, b = ours[key].detach().numpy(), p.detach().numpy()
        assert abs(a.std() - b.std()) <= 0.25 * b.std() + 1e-9 and np.abs(a).max() <= np.abs(b).max() * 1.6 + 1e-9
