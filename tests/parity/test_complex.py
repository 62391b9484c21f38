"""Complex numbers and transforms, side by side with PyTorch: values, gradients of two orders, dtypes, errors."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.parity.sidebyside import same

A = np.array([[0.3 - 1.2j, -0.7 + 0.4j, 1.1 + 0.2j], [0.5 + 0.9j, -1.3 - 0.6j, 0.8 - 0.1j]])
B = np.array([0.6 + 0.5j, 1.4 - 0.8j, -0.9 + 0.3j])
R = np.array([[0.3, -1.2, 0.7], [1.4, 0.2, -0.5]])


@pytest.mark.parametrize(
    "code",
    [
        "x * y", "x / y", "y - x", "x ** y", "x ** 2.5", "x ** (1 + 2j)", "x.exp()", "x.log()", "x.sqrt()", "x.sin()", "x.cos()", "x.tanh()",
        "x.reciprocal()", "x.square()", "x.sum()", "x.mean(1)", "x.prod()", "x.cumsum(0)", "x @ y", "m.einsum('ij,j->i', x, y)", "x.abs()", "x.angle()",
        "x.sgn()", "x.conj()", "x.real", "x.imag", "m.view_as_real(x)", "m.where(x.real > 0, x, y)", "m.cat([x, y[None]])", "x[..., 1:]", "x * x.real",
        "x.to(m.complex64)", "x.real.to(m.complex128)", "x == y", "m.isreal(x)", "x.flip(0).T.reshape(3, 2)", "x + 1", "1j * x.real", "x.abs() ** 2 * y",
    ],
)  # fmt: skip
def test_values_and_gradients(code: str) -> None:
    same(code, A, B, orders=2)
    same(code, A.astype(np.complex64), B.astype(np.complex64))


@pytest.mark.parametrize("code", ["x.abs()", "x.angle()", "x.sgn()", "x.sqrt()", "x.real ** 2", "x.pow(2)", "x.abs() ** 2", "x / x.abs()", "x.isnan()", "x.isfinite()"])  # fmt: skip
def test_special_points(code: str) -> None:
    nan, inf = float("nan"), float("inf")
    same(code, np.array([0, -0.0, 1, -1, 1j, -1j, complex(nan, 0), complex(0, nan), complex(inf, 0), complex(inf, inf)]), grad=False)
    same(code, np.array([1, -1, 1j, -1j, 2 - 1j]))


@pytest.mark.parametrize("code", ["x.abs()", "x.angle()", "x.sgn()"])
def test_gradients_at_zero(code: str) -> None:
    same(code, np.zeros(2, complex), orders=1)


@pytest.mark.parametrize("code", ["m.angle(x)", "m.real(x)", "m.conj(x)", "m.sgn(x)", "m.isreal(x)", "m.resolve_conj(x)", "m.conj_physical(x)", "m.imag(x)", "m.view_as_real(x)"])  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.bool_])
def test_of_real_numbers(code: str, dtype: type) -> None:
    same(code, np.array([-1.5, -0.0, 0.0, 2.0]).astype(dtype))


DTYPES = [np.bool_, np.uint8, np.int64, np.float32, np.float64, np.complex64, np.complex128]


@pytest.mark.parametrize("a, b", [(a, b) for a, b in itertools.product(DTYPES, DTYPES) if np.dtype(a).kind == "c"])
def test_promotion(a: type, b: type) -> None:
    for left, right in itertools.product([np.ones(2, a), np.ones((), a)], [np.ones(2, b), np.ones((), b)]):
        same("(x * y, y - x)", left, right) if b is not np.bool_ else same("x * y", left, right)


def test_writes_through_the_parts() -> None:
    def program(m, z, w):  # type: ignore[no-untyped-def]
        y = z * 1
        y.real.mul_(w)
        y.imag[1:] = w[1:] * 3
        m.view_as_real(y)[0, 1] = w[2]
        pairs = m.stack([w, w * w], -1)
        m.view_as_complex(pairs).mul_(z)
        y.real = w * 2
        return m.abs(y * (1 + 1j)), pairs**3

    same(program, B, R[0])


FULL = ["fft", "ifft", "fft2", "ifft2", "fftn", "ifftn", "irfft", "hfft", "irfft2", "hfft2", "irfftn", "hfftn"]
REAL = ["rfft", "ihfft", "rfft2", "ihfft2", "rfftn", "ihfftn"]


@pytest.mark.parametrize("name", [*FULL, *REAL])
@pytest.mark.parametrize("norm", [None, "forward", "ortho"])
def test_transforms(name: str, norm: str | None) -> None:
    array = R if name in REAL else A
    one = name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
    same(f"m.fft.{name}(x, norm={norm!r})", array, orders=2)
    same(f"m.fft.{name}(x, {4 if one else (1, 4)}, {0 if one else (1, 0)}, {norm!r})", array)
    if norm is None:
        for n in (1, 2, 5):
            same(f"m.fft.{name}(x.flip(1), {n if one else (n, n + 1)})", array)
        same(f"m.fft.{name}(x.flip(1)[:, :2])", array.astype(np.complex64 if name in FULL else np.float32))


@pytest.mark.parametrize("dtype", [np.int64, np.bool_, np.uint8, np.float32, np.float16])
@pytest.mark.parametrize("name", [*FULL, *REAL])
def test_transforms_of_other_dtypes(name: str, dtype: type) -> None:
    same(f"m.fft.{name}(x)", np.array([[1, 0, 2], [3, 1, 1]]).astype(dtype))


@pytest.mark.parametrize(
    "code",
    [
        "m.fft.{}(x, 0)", "m.fft.{}(x, -1)", "m.fft.{}(x, dim=5)", "m.fft.{}(x, norm='q')", "m.fft.{}(x[0, 0])", "m.fft.{}(x[:, :0])", "m.fft.{}n(x, (2,), (0, 1))",
        "m.fft.{}n(x, (2, 3, 4))", "m.fft.{}n(x, dim=(0, 0))", "m.fft.{}n(x, dim=())", "m.fft.{}n(x, (-1, 2))", "m.fft.{}n(x, (0, 2))", "m.fft.{}n(x[0, 0])",
        "m.fft.{}2(x[0])", "m.fft.{}2(x, dim=1)", "m.fft.{}n(x, (3,))", "m.fft.{}(x, 2.5)", "m.fft.{}n(x[0, 0], dim=0)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_what_transforms_take(name: str, code: str) -> None:
    same(code.format(name), R, grad=False)
    if name in REAL:
        same(f"m.fft.{name}(x)", A)


@pytest.mark.parametrize("code", ["m.fft.fftfreq(n)", "m.fft.fftfreq(n, 0.1)", "m.fft.rfftfreq(n)", "m.fft.rfftfreq(n, d=2, dtype=m.float64)"])
@pytest.mark.parametrize("n", [0, 1, 4, 5])
def test_frequencies(code: str, n: int) -> None:
    if n:
        same(code.replace("n)", f"{n})").replace("n,", f"{n},"))


@pytest.mark.parametrize("code", ["m.fft.fftshift(x)", "m.fft.ifftshift(x)", "m.fft.fftshift(x, 0)", "m.fft.ifftshift(x, (0, -1))", "m.fft.fftshift(x, 3)", "m.fft.fftshift(x[0, 0])"])  # fmt: skip
def test_shifts(code: str) -> None:
    same(code, R)


SIGNAL, WINDOW = np.cos(np.arange(20.0) ** 2), np.linspace(0.5, 1.5, 8)


@pytest.mark.parametrize(
    "code",
    [
        "m.stft(x, 8, return_complex=True)", "m.stft(x, 8, 3, window=y, return_complex=True)", "m.stft(x, 8, 2, 8, y, center=False, normalized=True, return_complex=True)",
        "m.stft(x, 8, window=y, onesided=False, return_complex=True)", "m.stft(x.reshape(2, 10), 5, 2, return_complex=True)", "m.stft(x * 1j, 8, window=y)",
        "m.stft(x, 8, pad_mode='constant', return_complex=True)", "m.stft(x, 8, 2, 5, y[:5], center=False, align_to_window=True, return_complex=True)",
        "m.stft(x, 7, 2, 6, y[:6], return_complex=True)", "m.istft(m.stft(x, 8, 2, window=y, return_complex=True) ** 2, 8, 2, window=y)",
        "m.istft(m.stft(x, 8, 2, 6, return_complex=True) * 1j, 8, 2, 6, y[:6], length=25)", "m.istft(m.stft(x, 8, normalized=True, return_complex=True), 8, normalized=True, length=7)",
        "m.istft(m.stft(x * 1j, 8) ** 2, 8, window=y, return_complex=True)", "m.istft(m.stft(x * 1j, 8) ** 2, 8)",
        "m.istft(m.stft(x.reshape(2, 10), 4, 1, center=False, return_complex=True), 4, 1, center=False)",
        "m.stft(x, 8)", "m.stft(x, 0, return_complex=True)", "m.stft(x, 30, center=False, return_complex=True)", "m.stft(x, 8, 0, return_complex=True)", "m.stft(x, 8, 2, 9, return_complex=True)",
        "m.stft(x, 8, 2, 6, y, return_complex=True)", "m.stft(x * 1j, 8, onesided=True)", "m.stft(x, 8, align_to_window=True, return_complex=True)", "m.stft(x.reshape(2, 2, 5), 2, return_complex=True)",
        "m.istft(x.reshape(5, 4), 8)", "m.istft(x.reshape(5, 4) + 0j, 10)", "m.istft(x.reshape(5, 4) + 0j, 8, 9)", "m.istft(x.reshape(5, 4) + 0j, 8, 2, 9)", "m.istft(x.reshape(5, 4) + 0j, 8, window=y * 0)",
        "m.istft(x.reshape(5, 4) + 0j, 8, window=y[:5])", "m.istft(x.reshape(5, 4) + 0j, 8, return_complex=True)", "m.istft(x.reshape(5, 4)[:, :0] + 0j, 8)", "m.istft(x.reshape(5, 4) + 0j, 8, length=0)",
    ],
)  # fmt: skip
def test_short_time_transforms(code: str) -> None:
    same(code, SIGNAL, WINDOW, orders=2)


@pytest.mark.parametrize(
    "code",
    [
        "x < x", "x >= 1", "m.maximum(x, x)", "m.fmin(x, x)", "x.max()", "x.min(0)", "x.amax()", "x.aminmax()", "x.argmin()", "x.clamp(0)", "x.clamp(0, 1)", "x.relu()", "x.floor()",
        "x.round()", "x.round(decimals=1)", "x.trunc()", "x.frac()", "x % 2", "x // 2", "m.div(x, 2, rounding_mode='trunc')", "x.sign()", "x.sort()", "x.topk(1)", "x.median()", "x.mode()",
        "x.cummax(0)", "x.softmax(0)", "x.log_softmax(0)", "x.erf()", "x.lgamma()", "x.digamma()", "x.deg2rad()", "m.atan2(x, x)", "m.copysign(x, x)", "m.heaviside(x, x)", "m.xlogy(x, x)",
        "x.logit()", "x.nansum()", "x.unique()", "m.isin(x, x)", "x.signbit()", "F.layer_norm(x, (3,))", "F.leaky_relu(x)", "F.max_pool1d(x, 2)", "F.avg_pool1d(x, 2)", "F.mse_loss(x, x)",
    ],
)  # fmt: skip
def test_what_has_no_complex_form(code: str) -> None:
    same(code, A, grad=False)


@pytest.mark.parametrize(
    "code", ["x.var()", "x.std(0)", "m.var_mean(x, 1)", "x.cov()", "x.corrcoef()", "x.norm()", "x.norm(3)", "x.norm(1, 0)", "m.dist(x, y)", "x.renorm(2, 0, 0.5)", "m.logaddexp(x, y)",
             "x.logsumexp(1)", "x.logcumsumexp(1)", "x.sigmoid()", "F.silu(x.detach())", "F.l1_loss(x, y.expand(2, 3))", "F.normalize(x)", "F.linear(x, x)", "F.conv1d(x[None], x[None])", "x.cumprod(1)"]
)  # fmt: skip
def test_operations_that_conjugate_or_compare_inside(code: str) -> None:
    same(code, A, B, orders=2)
