"""`Function`: forward and backward on tensors, the ctx, several outputs, and what goes wrong."""

import gc
import weakref

import numpy as np
import pytest

import leafgrad
from leafgrad import Out, Tensor, like, operand
from leafgrad.autograd import grad
from leafgrad.function import Function, once_differentiable
from leafgrad.gradcheck import gradcheck, gradgradcheck
from leafgrad.joint import record_joint


def doubles(*values, requires_grad=True):
    return leafgrad.tensor(list(values), dtype=leafgrad.float64, requires_grad=requires_grad)


class Mul(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * y, g * x


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        out = x.exp()
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, g):
        (out,) = ctx.saved_tensors
        return g * out


class SinCos(Function):
    """Two outputs; each derivative is the other output."""

    @staticmethod
    def forward(ctx, x):
        sin, cos = x.sin(), x.cos()
        ctx.save_for_backward(sin, cos)
        return sin, cos

    @staticmethod
    def backward(ctx, g_sin, g_cos):
        sin, cos = ctx.saved_tensors
        return g_sin * cos - g_cos * sin


class Scale(Function):
    """The form with setup_context; one argument is a number."""

    @staticmethod
    def forward(x, factor=3.0):
        return x * factor

    @staticmethod
    def setup_context(ctx, inputs, output):
        assert isinstance(output, Tensor)
        _, ctx.factor = inputs

    @staticmethod
    def backward(ctx, g):
        return g * ctx.factor, None


class TwiceInPlace(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)

    @staticmethod
    def backward(ctx, g):
        return g * 2


def with_backward(backward, forward=lambda ctx, x: x * 2, name="Op"):
    return type(name, (Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


@pytest.mark.parametrize(
    "fn, count",
    [
        (Mul.apply, 2),
        (Exp.apply, 1),
        (SinCos.apply, 1),
        (Scale.apply, 1),
        (lambda x: Scale.apply(x, -0.5), 1),
        (lambda x: SinCos.apply(x)[1], 1),
        (lambda x: TwiceInPlace.apply(x.sin()), 1),
        (lambda x: Exp.apply(Mul.apply(x, x)), 1),
    ],
)
def test_gradients_of_both_orders(fn, count):
    inputs = tuple(doubles(0.3 + i, -0.7, 1.1) for i in range(count))
    assert gradcheck(fn, inputs)
    assert gradgradcheck(fn, inputs)


def test_the_node_has_the_name_of_the_class_and_its_inputs_are_the_parents():
    x, y = doubles(1.0), doubles(2.0)
    out = Mul.apply(x, y)
    assert out.grad_fn.name() == "Mul"
    assert [leaf.value for leaf in out.dependencies] == [x, y]
    assert repr(out) == "tensor([2.], dtype=float64, grad_fn=<Mul>)"


def test_forward_runs_without_recording_and_sees_what_needs_a_gradient():
    seen = {}

    def forward(ctx, x, y, n):
        seen.update(enabled=leafgrad.is_grad_enabled(), needs=ctx.needs_input_grad, same=x is given)
        return x * y * n

    given = doubles(1.0)
    out = with_backward(lambda ctx, g: (g, None, None), forward).apply(given, doubles(2.0, requires_grad=False), 3)
    assert seen == {"enabled": False, "needs": (True, False, False), "same": True}
    assert leafgrad.is_grad_enabled() and out.requires_grad


def test_nothing_is_recorded_where_nothing_is_needed():
    assert not Mul.apply(doubles(1.0, requires_grad=False), doubles(2.0, requires_grad=False)).requires_grad
    with leafgrad.no_grad():
        assert not Mul.apply(doubles(1.0), doubles(2.0)).requires_grad


def test_backward_is_given_constant_tensors_and_runs_without_recording():
    seen = []

    def backward(ctx, g):
        seen.append((type(g), g.requires_grad, leafgrad.is_grad_enabled(), (g * 2).requires_grad))
        return g

    with_backward(backward).apply(doubles(1.0)).sum().backward()
    assert seen == [(Tensor, False, False, False)]


def test_float32_stays_float32():
    x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    out = Scale.apply(x, np.float64(2.0))
    out.sum().backward()
    assert out.dtype == x.grad.dtype == np.float32


def test_keyword_arguments():
    op = with_backward(lambda ctx, g: g * ctx.n, lambda ctx, x, n=1: setattr(ctx, "n", n) or x * n)
    x = doubles(1.0)
    op.apply(x, n=4).backward()
    assert x.grad.tolist() == [4.0]
    y = doubles(1.0)
    Scale.apply(y, factor=5.0).backward()
    assert y.grad.tolist() == [5.0]
    with pytest.raises(TypeError, match="n requires grad, so it must be passed by position"):
        op.apply(x, n=doubles(1.0))


# What backward returns


def test_a_gradient_of_the_broadcast_shape_is_summed():
    op = with_backward(lambda ctx, g: (g, g), lambda ctx, x, y: x + y)
    x, y = leafgrad.ones(3, requires_grad=True), leafgrad.ones(2, 1, requires_grad=True)
    op.apply(x, y).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
    assert y.grad.tolist() == [[3.0], [3.0]]


@pytest.mark.parametrize(
    "returned, inputs, message",
    [
        (lambda g: (g, g), 1, "Op: backward returned 2 gradients for the 1 inputs of forward"),
        (lambda g: g, 2, "Op: backward returned 1 gradients for the 2 inputs"),
        (lambda g: leafgrad.ones(5), 1, r"Op: backward returned a gradient of shape \(5,\) for input 0 of shape \(2,"),
        (lambda g: leafgrad.ones(()), 1, r"gradient of shape \(\) for input 0 of shape \(2,\)"),
        (lambda g: 1.0, 1, "Op: backward must return tensors or None, got float for input 0"),
        (lambda g: g.numpy(), 1, "must return tensors or None, got ndarray"),
    ],
)
def test_a_wrong_gradient_is_an_error(returned, inputs, message):
    op = with_backward(lambda ctx, g: returned(g), lambda ctx, *xs: xs[0] * 2)
    out = op.apply(*(doubles(1.0, 2.0) for _ in range(inputs)))
    with pytest.raises(RuntimeError, match=message):
        out.sum().backward()


def test_a_gradient_for_what_is_no_tensor_is_an_error():
    op = with_backward(lambda ctx, g: (g, g), lambda ctx, x, n: x * n)
    with pytest.raises(RuntimeError, match="a gradient for input 1, which is not a tensor; return None"):
        op.apply(doubles(1.0), 3).backward()


def test_surplus_gradients_may_be_none_and_none_is_no_gradient():
    op = with_backward(lambda ctx, g: (None, g, None, None), lambda ctx, x, y: x * y)
    x, y = doubles(1.0), doubles(2.0)
    op.apply(x, y).backward()
    assert x.grad is None and y.grad.tolist() == [1.0]


def test_a_gradient_that_nobody_needs_is_dropped():
    x, constant = doubles(1.0), doubles(2.0, requires_grad=False)
    Mul.apply(x, constant).backward()
    assert x.grad.tolist() == [2.0] and constant.grad is None


def test_the_gradient_given_cannot_be_written():
    def backward(ctx, g):
        return g.mul_(2)

    x = doubles(1.0)
    for create_graph in (False, True):
        out = with_backward(backward).apply(x)
        with pytest.raises(RuntimeError, match="read-only array; clone"):
            grad(out, x, create_graph=create_graph)


def test_a_missing_method_says_so():
    with pytest.raises(NotImplementedError, match=r"static method forward\(ctx, \*args\)"):
        type("Nothing", (Function,), {}).apply(doubles(1.0))
    no_backward = type("Forwards", (Function,), {"forward": staticmethod(lambda ctx, x: x * 2)})
    out = no_backward.apply(doubles(1.0))
    with pytest.raises(NotImplementedError, match="Forwards: define a static method backward"):
        out.backward()
    with pytest.raises(TypeError, match=r"Mul: .* use Mul\.apply"):
        Mul()(doubles(1.0), doubles(1.0))


# The results


@pytest.mark.parametrize("result", [np.ones(1), [np.ones(1)], {"y": 1}, (1, [doubles(1.0)]), np.float64(1)])
def test_a_result_through_which_no_gradient_could_flow_is_an_error(result):
    with pytest.raises(TypeError, match=r"Op: forward's result . is of type .*; return tensors"):
        with_backward(None, lambda ctx, x: result).apply(doubles(1.0))


def test_results_that_are_no_tensors_pass_through():
    received = []

    def backward(ctx, *grads):
        received.extend(grads)
        return grads[0]

    op = with_backward(backward, lambda ctx, x: (x * 2, 7, None, x.argmax()))
    out, *rest = op.apply(doubles(1.0, 5.0))
    assert rest[:2] == [7, None] and rest[2].item() == 1 and not rest[2].requires_grad
    out.sum().backward()
    assert received[1:3] == [None, None] and received[3].item() == 0


def test_an_input_returned_unchanged_is_a_result_of_its_own():
    x = doubles(1.0, 2.0)
    out = with_backward(lambda ctx, g: g * 5, lambda ctx, x: x).apply(x)
    assert out is not x and out.grad_fn.op == "Op"
    out.sum().backward()
    assert x.grad.tolist() == [5.0, 5.0] and x.is_leaf


def test_results_share_no_memory_with_the_inputs_or_each_other():
    def forward(ctx, x):
        y = x * 2
        return x[0], y, y

    x = doubles(1.0, 2.0)
    view, first, second = with_backward(lambda ctx, a, b, c: b + c, forward).apply(x)
    assert not np.may_share_memory(view.data, x.data)
    assert not np.may_share_memory(first.data, second.data)
    first.mul_(10)  # its gradient, and only its own, knows
    (first + second).sum().backward()
    assert x.grad.tolist() == [11.0, 11.0]


def test_the_returned_tensor_is_the_one_forward_made():
    op = with_backward(lambda ctx, g: g * ctx.out, lambda ctx, x: setattr(ctx, "out", x.exp()) or ctx.out, "Held")
    x = doubles(0.5)
    assert gradgradcheck(op.apply, x)  # what ctx holds has the history too


def test_an_intermediate_transposed_is_returned():
    op = with_backward(lambda ctx, g: 2 * g.T, lambda ctx, x: (x * 2).T)
    x = leafgrad.ones(2, 3, dtype=leafgrad.float64, requires_grad=True)
    assert gradcheck(op.apply, x)
    y = op.apply(x)
    y[0].mul_(3)
    y.sum().backward()
    assert x.grad.tolist() == [[6.0, 2.0, 2.0]] * 2


# Several outputs


def test_the_joint_backward_runs_once_when_all_outputs_have_their_gradients():
    calls = []

    def backward(ctx, a, b):
        calls.append((a.tolist(), b.tolist()))
        return a * 2 + b * 3

    x = doubles(1.0)
    a, b = with_backward(backward, lambda ctx, x: (x * 2, x * 3)).apply(x)
    (a * 10 + b + a).sum().backward()
    assert calls == [([11.0], [1.0])]
    assert x.grad.tolist() == [25.0]


def test_missing_gradients_are_zeros_unless_told_otherwise():
    received = []

    def forward(ctx, x, materialize):
        ctx.set_materialize_grads(materialize)
        return x * 2, x * 3

    def backward(ctx, a, b):
        received.append(b)
        return a * 2, None

    for materialize in (True, False):
        with_backward(backward, forward).apply(doubles(1.0, 2.0), materialize)[0].sum().backward()
    assert received[0].tolist() == [0.0, 0.0] and received[1] is None


def test_a_list_of_results_is_a_tuple_of_them():
    outs = with_backward(lambda ctx, a, b: a + b, lambda ctx, x: [x * 1, x * 1]).apply(doubles(1.0))
    assert isinstance(outs, tuple) and all(out.requires_grad for out in outs)


def test_mark_non_differentiable():
    def forward(ctx, x):
        order = x * 0
        ctx.mark_non_differentiable(order)
        return x * 2, order

    x = doubles(1.0)
    out, order = with_backward(lambda ctx, g, _: g * 2, forward).apply(x)
    assert not order.requires_grad and order.is_leaf
    out.backward()
    assert x.grad.tolist() == [2.0]


@pytest.mark.parametrize("kept", [0, 1])
def test_second_derivatives_when_a_saved_sibling_has_been_dropped(kept):
    x = doubles(0.7)
    (first,) = grad(SinCos.apply(x)[kept], x, create_graph=True)
    (second,) = grad(first, x)
    assert second.item() == pytest.approx([-np.sin(0.7), -np.cos(0.7)][kept])


def test_an_output_read_twice_by_the_joint_gradient_counts_twice():
    def pair(x):
        x, a = operand(x)
        out = Out(np.exp(a))

        def gradients(gs):
            g_square, g_exp = gs
            if g_square is None:
                return [g_exp * like(out, g_exp)]
            assert g_exp is None
            return [g_square * 2 * like(out, g_square) * like(out, g_square)]

        return record_joint("pair", (np.exp(2 * a), out), (x,), gradients)[0]

    x = doubles(0.5)
    (first,) = grad(pair(x), x, create_graph=True)
    (second,) = grad(first, x)
    assert first.item() == pytest.approx(2 * np.exp(1.0))
    assert second.item() == pytest.approx(4 * np.exp(1.0))


def test_gradients_are_not_remembered_from_one_backward_to_the_next():
    a, b = doubles(1.0, 2.0), doubles(3.0, 4.0)
    out = Mul.apply(a, b)
    weight = leafgrad.zeros(2, dtype=leafgrad.float64)
    rows = []
    for i in range(2):  # the same weight, changed between the runs; b, the last input, is not asked for
        weight.data[:] = np.arange(2) == i
        rows.append(grad(out, a, weight, retain_graph=True)[0].tolist())
    assert rows == [[3.0, 0.0], [0.0, 4.0]]


def test_outputs_in_place_and_hooks():
    x = doubles(0.3)
    seen = []
    sin, cos = SinCos.apply(x)
    sin.register_hook(lambda g: seen.append(g.tolist()))
    cos.retain_grad()
    (sin * 2 + cos * 3).backward()
    assert seen == [[2.0]] and cos.grad.tolist() == [3.0]
    sin, cos = SinCos.apply(x)
    cos.mul_(2)
    with pytest.raises(RuntimeError, match=r"SinCos: a value of shape \(1,\) .* changed in place"):
        sin.backward()


# Saved tensors


def test_a_changed_saved_tensor_is_an_error_that_names_the_op():
    x = doubles(1.0)
    w = doubles(2.0, requires_grad=False)
    for tensor in (w, x):
        out = Mul.apply(x, w)
        with leafgrad.no_grad():
            tensor.add_(1)
        with pytest.raises(RuntimeError, match=r"Mul: a value of shape \(1,\) .* changed in place"):
            out.backward()
    out = Exp.apply(x)
    out.add_(1)
    with pytest.raises(RuntimeError, match="Exp: a value"):
        out.backward()


def test_saving_none_and_what_is_no_tensor():
    def forward(ctx, x, y=None):
        ctx.save_for_backward(x, y)
        return x * 2

    def backward(ctx, g):
        x, y = ctx.saved_tensors
        assert y is None
        return g * x

    with_backward(backward, forward).apply(doubles(1.0)).backward()
    with pytest.raises(TypeError, match="Op: save_for_backward takes tensors, but argument 1 is of type int"):
        with_backward(None, lambda ctx, x: ctx.save_for_backward(x, 3)).apply(doubles(1.0))


def test_a_saved_input_that_is_also_returned_keeps_its_own_history():
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x

    x = doubles(1.5)
    assert gradgradcheck(with_backward(lambda ctx, g: g * ctx.saved_tensors[0] * 2, forward).apply, x) is True


@pytest.mark.parametrize("op, count", [(Mul, 2), (Exp, 1), (SinCos, 1), (TwiceInPlace, 1)])
def test_a_dropped_graph_is_gone_at_once(op, count):
    gc.disable()
    try:
        middle = [doubles(1.0) * 1 for _ in range(count)]
        nodes = [weakref.ref(x.grad_fn) for x in middle]
        arrays = [weakref.ref(x.data) for x in middle]
        out = op.apply(*middle)
        del middle
        if op is not TwiceInPlace:  # there the input is the output
            assert (arrays[0]() is not None) == (op is Mul)  # an input not saved is not kept
        del out
        assert all(ref() is None for ref in nodes + arrays)
    finally:
        gc.enable()


# In place, once differentiable


def test_mark_dirty_on_a_result_and_on_a_view():
    x = doubles(1.0, 2.0)
    y = x * 1
    assert TwiceInPlace.apply(y) is y
    assert y.tolist() == [2.0, 4.0] and y.grad_fn.op == "TwiceInPlace"
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]
    y = x * 1
    TwiceInPlace.apply(y[:1])
    y.sum().backward()
    assert y.tolist() == [2.0, 2.0] and x.grad.tolist() == [4.0, 3.0]


def test_mark_dirty_with_the_output_saved():
    def forward(ctx, x):
        x.exp_()
        ctx.mark_dirty(x)
        ctx.save_for_backward(x)
        return x

    op = with_backward(lambda ctx, g: g * ctx.saved_tensors[0], forward)
    x = doubles(0.3)
    assert gradcheck(lambda x: op.apply(x * 1), x)
    assert gradgradcheck(lambda x: op.apply(x * 1), x)


def test_mark_dirty_is_refused_where_it_cannot_be_right():
    with pytest.raises(RuntimeError, match="TwiceInPlace: a leaf that requires grad"):
        TwiceInPlace.apply(doubles(1.0))

    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x * 1

    with pytest.raises(RuntimeError, match="Op: forward must return each input that it passes to mark_dirty"):
        with_backward(None, forward).apply(doubles(1.0) * 1)

    def undifferentiable(ctx, x):
        ctx.mark_dirty(x)
        ctx.mark_non_differentiable(x)
        return x.zero_()

    with pytest.raises(RuntimeError, match="cannot be both dirty and non-differentiable"):
        with_backward(None, undifferentiable).apply(doubles(1.0) * 1)


def test_once_differentiable_refuses_the_second_derivative_on_every_path():
    op = with_backward(once_differentiable(lambda ctx, g: Tensor(g.numpy() * 2.0)))
    x = doubles(1.0)
    assert gradcheck(op.apply, x)
    for weight in (doubles(1.0), doubles(1.0, requires_grad=False)):
        (first,) = grad(op.apply(x * x), x, weight, create_graph=True)
        assert first.tolist() == [4.0]
        with pytest.raises(RuntimeError, match="Op: its backward is once_differentiable"):
            first.backward()


def test_a_backward_within_a_backward():
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sin()

    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        with leafgrad.enable_grad():
            again = x.detach().requires_grad_()
            return grad(Mul.apply(again.sin(), again * 0 + 1), again, g)[0]

    x = doubles(0.3, 0.4)
    assert gradcheck(with_backward(backward, forward).apply, x)
