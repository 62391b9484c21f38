"""PyTorch's own samples of its operators, one test for each operator; `samples.py` makes the calls.

A disagreement fails, and so does an operator that is missing, unless it stands below with its
reason. What stands below and is no longer so fails too.
"""

from __future__ import annotations

import re

import pytest

samples = pytest.importorskip("tests.parity.samples")
INFOS, Report, compare = samples.INFOS, samples.Report, samples.compare
torch = samples.torch

#: What PyTorch has and leafgrad has not, on purpose.
ABSENT = {
    **dict.fromkeys(["sparse.sampled_addmm", "sparse.mm.reduce", "to_sparse"], "sparse tensors"),
    **dict.fromkeys(["bfloat16", "chalf"], "dtypes that NumPy has not"),
    **dict.fromkeys([name for name in INFOS if name.startswith("jiterator")], "kernels that are compiled for a GPU"),
    **dict.fromkeys(
        ["_batch_norm_with_update", "_native_batch_norm_legit", "_segment_reduce.lengths", "_segment_reduce.offsets", "_softmax_backward_data", "_unsafe_masked_index", "_unsafe_masked_index_put_accumulate", "_upsample_bilinear2d_aa", "torch.ops.aten._safe_softmax.default"],
        "private names",
    ),
    **dict.fromkeys(["max_pool2d_with_indices_backward", "native_dropout_backward"], "derivatives are closures here, not functions"),
    "hash_tensor": "a hash of the bits as PyTorch keeps them",
    **dict.fromkeys(["svd_lowrank", "pca_lowrank"], "randomised factorisations"),
}

#: Operators that disagree, with what each disagreement says, and why.
DIFFERENT: dict[str, tuple[str, str]] = {
    **dict.fromkeys(["aminmax", "gather", "multinomial", "complex"], ("does not raise; .*(dtype|scalar type|Long tensor)", "`out=` of another dtype is converted to, as in most operations of PyTorch")),
    "cat": ("does not raise; .*(resize|single memory location)", "an `out=` over borrowed memory is filled like any other"),
    "take": ("does not raise; .*single memory location", "what lies under both an operand and `out=` is read before it is written"),
    **dict.fromkeys(["__radd__", "__rmul__", "__rdiv__", "__rmod__", "__rpow__", "__rsub__"], ("(does not )?raises?.*(int|numbers)", "samples with a plain number in the place of the tensor")),
    "cov": ("order 2", "PyTorch takes a sum of float32 weights through float32 in float64's derivative"),
    "as_strided_scatter": ("order 1", "PyTorch's gradient does not take out what is overwritten"),
    "linalg.norm.subgradients_at_zero": ("order 2: .*PyTorch.*nan", "the second derivative at zero is 0 here, as the first is"),
    "nn.functional.hardsigmoid": ("order 1", "PyTorch's slope of 1/6 is rounded to float32"),
    **dict.fromkeys([f"special.{name}" for name in ["airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1"]], ("order 0", "PyTorch's approximations have fewer digits")),
    "istft": ("order 1: .*PyTorch .0", "PyTorch's gradient with respect to some windows is 0"),
}  # fmt: skip

TIES = ("order [01]", "equal elements come in another order: PyTorch's is not defined")
ROUNDED = ("order [01]", "an intermediate result that PyTorch rounds to 16 bits, and leafgrad does not, or the other way round")

#: What disagrees in these dtypes or layouts only.
DIFFERENT_IN: dict[str, dict[str, tuple[str, str]]] = {
    "float32": {
        "logcumsumexp": ("order 1", "PyTorch's gradient loses digits in a difference of exponentials"),
        "matrix_exp": ("order 0", "PyTorch's errors are the larger ones"),
        **dict.fromkeys([name for name in INFOS if "polygamma" in name], ("order 0", "PyTorch's trigamma has four digits near a pole")),
    },
    "float16": {
        **dict.fromkeys(["complex", "view_as_complex"], ("raises", "complex numbers of two float16 are not in NumPy")),
        **dict.fromkeys(["argsort", "mode", "msort", "sort"], TIES),
        **dict.fromkeys(["linalg.vector_norm", "logcumsumexp", "matrix_exp", "nn.functional.soft_margin_loss"], ("order [01]: .*PyTorch.*(inf|nan|0)", "float16 overflows inside PyTorch")),
        **dict.fromkeys(["addbmm", "grid_sampler_2d"], ROUNDED),
        **dict.fromkeys([f"nn.functional.{name}" for name in ["conv_transpose2d", "conv_transpose3d", "embedding_bag", "grid_sample", "normalize"]], ROUNDED),
    },
    "int64": dict.fromkeys(["kthvalue", "mode", "topk"], TIES),
    "uint8": dict.fromkeys(["argsort", "kthvalue", "mode", "sort", "topk"], TIES),
    "bool": dict.fromkeys(["argsort", "mode", "sort"], TIES),
}  # fmt: skip

#: What depends on which samples were drawn before: op_db draws some of them anew each time.
UNSTEADY = {"multinomial"}

SAMPLES, ELEMENTS = 60, 20_000  # for each operator in the ordinary run, and in each of an operator's arrays


def check(report: Report, expected: tuple[str, str] | None, stale: bool = True) -> None:
    """No disagreement but those that are expected; of these, if `stale` counts, at least one."""
    pattern, reason = expected or ("(?!)", "")
    unexpected = [wrong for wrong in report.wrong if not re.match(pattern, wrong, re.DOTALL)]
    assert not unexpected, f"{report}\n" + "\n".join(unexpected[:5])
    assert report.wrong or not expected or not stale, f"{report}: no longer disagrees, although {reason!r} is listed"


def exists(report: Report) -> bool:
    """Whether anything could be called."""
    return not report.missing and not (report.wrong and all(wrong.startswith("raises AttributeError") for wrong in report.wrong))


@pytest.mark.parametrize("name", sorted(set(INFOS) - set(ABSENT)))
def test_samples_agree(name: str) -> None:
    report = compare(name, limit=SAMPLES, largest=ELEMENTS)
    assert exists(report), report
    check(report, DIFFERENT.get(name), stale=torch.float64 in INFOS[name].dtypes and name not in UNSTEADY)
    assert not samples.faces_missing(name)


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_is_absent_is_absent(name: str) -> None:
    assert not exists(compare(name, limit=3)), f"{name} is there; take it from the list"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(INFOS) - set(ABSENT)))
def test_many_samples_agree(name: str) -> None:
    check(compare(name, limit=250, largest=5 * ELEMENTS), DIFFERENT.get(name), stale=False)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float16", "int64", "uint8", "bool", "complex128"])
@pytest.mark.parametrize("name", sorted(set(INFOS) - set(ABSENT)))
def test_samples_of_other_dtypes_agree(name: str, dtype: str) -> None:
    own = DIFFERENT_IN.get(dtype, {}).get(name)
    report = compare(name, dtype, orders=2 if dtype == "complex128" else 1, limit=SAMPLES, largest=ELEMENTS)
    check(report, own or DIFFERENT.get(name), stale=own is not None)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["negative strides", "strided"])
@pytest.mark.parametrize("name", sorted(name for name in set(INFOS) - set(ABSENT) if not name.startswith(("as_strided", "view"))))  # which are about strides
def test_samples_in_other_layouts_agree(name: str, layout: str) -> None:
    check(compare(name, layout=layout, orders=1, limit=SAMPLES, largest=ELEMENTS), DIFFERENT.get(name), stale=False)
