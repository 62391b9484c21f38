"""What a profile sees, that it sums up to the time it took, its table and its trace file."""

import itertools
import json
import threading

import numpy as np
import pytest

import leafgrad
from leafgrad import autograd, like, nn, operand, optim, record
from leafgrad.autograd import Function
from leafgrad.lookup import BACK_FUNCS, wrap_forward_fn
from leafgrad.ops import arithmetic
from leafgrad.ops.arithmetic import mul
from leafgrad.profiler import profile, record_function


def rows(p, group_by="op"):
    return {row.key: row for row in p.key_averages(group_by)}


def test_each_call_is_counted_forward_and_backward(x):
    with profile() as p:
        y = (x * x + 1).exp().sum()
        y.backward()
    found = rows(p)
    assert {name: (row.count, row.gradient_count) for name, row in found.items()} == {
        "mul": (1, 2), "add": (1, 1), "exp": (1, 1), "sum": (1, 1), "backward": (1, 0),
    }  # fmt: skip
    for name in ("mul", "exp"):
        row = found[name]
        assert row.forward_time > 0 and row.backward_time > 0
        assert row.self_cpu_time_total == pytest.approx(row.forward_time + row.backward_time)
    assert found["backward"].forward_time == 0
    assert found["backward"].cpu_time_total >= sum(row.backward_time for row in found.values()) * 0.999


def test_every_way_to_call_an_operation(x):
    array = np.ones(3, np.float32)
    with profile() as p:
        leafgrad.exp(x)
        x.exp()
        np.exp(x)
        1 + x
        array * x
        mul(x, 2)  # a name of this file, bound before the profile began
        arithmetic.mul(x, 2)
        np.sum(x, axis=0)
        np.flip(x)
        x[0]
        (x * 1).add_(1)
        nn.functional.relu(x)
        x.where(x > 0, 0)
    counts = {name: row.count for name, row in rows(p).items()}
    expected = {"exp": 3, "add": 1, "mul": 4, "sum": 1, "flip": 1, "index": 1, "add_": 1, "relu": 1, "gt": 1}
    assert counts | expected == counts and counts["where"] >= 1


def test_without_a_graph_too(x):
    with profile() as p, leafgrad.no_grad():
        x * 2
    assert rows(p)["mul"].count == 1 and rows(p)["mul"].memory == 12


def test_a_graph_that_was_recorded_before(x):
    y = (x * x).sum()
    with profile() as p:
        y.backward()
    assert rows(p)["mul"].gradient_count == 2 and rows(p)["mul"].count == 0
    assert x.grad.tolist() == [2, 4, 6]


def test_memory_is_that_of_results_and_gradients():
    x = leafgrad.ones(100, 10, requires_grad=True)
    with profile() as p:
        y = x * 2  # 4000 bytes
        y.reshape(-1)
        y.detach()
        y.add_(1)
        s = y.sum()  # 4
        s.backward()
    found = rows(p)
    assert found["mul"].forward_memory == 4000 and found["sum"].forward_memory == 4
    assert found["mul"].backward_memory == 4000
    assert found["reshape"].memory == found["detach"].memory == found["add_"].memory == 0


def test_memory_of_a_sum_of_two_contributions():
    x = leafgrad.ones(1000, requires_grad=True)
    with profile() as p:
        y = x * 1
        (y.sin() + y.cos()).sum().backward()
    found = rows(p)
    both = found["sin"].backward_memory + found["cos"].backward_memory
    assert both == 3 * 4000  # one for each, and one for their sum


def test_memory_of_nested_operations_is_counted_once():
    x = leafgrad.ones(50, 20, requires_grad=True)
    with profile() as p:
        nn.functional.relu(x)
        leafgrad.flatten(x * 1)
    assert sum(row.memory for row in rows(p).values()) == 8000


def test_peak_memory(x):
    with profile(profile_memory=True) as p:
        np.ones(2**20, np.uint8)
    assert 2**20 <= p.peak < 2**21
    assert "1.0 MiB held beyond" in p.table()
    with profile() as p:
        pass
    assert p.peak is None


def test_by_module(model):
    loss_fn = nn.CrossEntropyLoss()
    with profile() as p:
        for _ in range(2):
            loss = loss_fn(model(leafgrad.ones(3, 8)), leafgrad.tensor([0, 1, 2]))
            loss.backward()
    found = rows(p, "module")
    inside = ["Sequential", "Sequential.0", "Sequential.1", "Sequential.1.0", "Sequential.1.1", "Sequential.2"]
    assert set(found) == {"", *inside, "CrossEntropyLoss"}
    assert [found[name].count for name in inside] == [2] * 6
    assert found["Sequential.1.1"].gradient_count == 6 and found["Sequential.1.1"].backward_time > 0
    assert found["Sequential"].cpu_time_total == pytest.approx(sum(found[n].self_cpu_time_total for n in inside))
    calls = rows(p)["Module.__call__"]
    assert calls.count == 14 and calls.self_cpu_time_total < calls.cpu_time_total < p.wall_time
    assert found["Sequential.1"].cpu_time_total > found["Sequential.1.1"].cpu_time_total
    assert all(event.phase == "backward" for event in p.events() if event.kind == "gradient")


def test_optimisers_and_names_of_the_users_own(model):
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    @record_function("loss")
    def loss():
        return model(leafgrad.ones(3, 8)).sum()

    with profile() as p:
        with record_function("training"):
            loss().backward()
            optimizer.step()
            optimizer.zero_grad()
        loss()
    found = rows(p)
    assert found["Optimizer.step#SGD.step"].count == found["Optimizer.zero_grad#SGD.zero_grad"].count == 1
    assert found["Optimizer.step#SGD.step"].forward_time == found["Optimizer.step#SGD.step"].backward_time == 0
    assert found["loss"].count == 2 and found["training"].count == 1
    assert found["training"].cpu_time_total > found["training"].self_cpu_time_total
    with record_function("without a profile"):
        pass


def test_the_users_own_operations(x):
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    def square(x):
        x, a = operand(x)
        return record("square of mine", a * a, (x, lambda g: 2 * g * like(x, g)))

    BACK_FUNCS.add_back_func(np.cbrt, 0, lambda grad_out, out, x: grad_out / (3 * out * out))
    with profile() as p:
        (Cube.apply(x) + square(x) + wrap_forward_fn(np.cbrt)(x)).sum().backward()
    found = rows(p)
    for name in ("Cube", "square of mine", "cbrt"):
        assert (found[name].count, found[name].gradient_count) == (1, 1)
        assert found[name].backward_time > 0 and found[name].memory >= 12
    assert found["Cube"].forward_time > 0 and found["pow"].backward_time > 0


def test_second_derivatives(x):
    with profile() as p:
        (g,) = autograd.grad((x**3).sum(), x, create_graph=True)
        autograd.grad(g.sum(), x)
    assert rows(p)["grad"].count == 2 and rows(p)["mul"].backward_time > 0


def test_self_times_add_up_to_the_time_it_took():
    leafgrad.manual_seed(0)
    model = nn.Sequential(nn.Linear(300, 300), nn.Tanh(), nn.Linear(300, 300))
    data = leafgrad.randn(400, 300)

    def step():
        with profile() as p:
            for _ in range(3):
                model(data).sum().backward()
        return p

    step()
    p = step()
    accounted = sum(row.self_cpu_time_total for row in p.key_averages())
    assert 0.7 * p.wall_time < accounted <= p.wall_time
    assert accounted == pytest.approx(sum(row.self_cpu_time_total for row in p.key_averages("module")))
    top = [event for event in p.events() if event.parent is None]
    assert sum(event.duration for event in top) == pytest.approx(accounted * 1e3)


def test_the_table(model):
    with profile() as p:
        model(leafgrad.ones(3, 8)).sum().backward()
    lines = p.table(sort_by="key", row_limit=2).splitlines()
    assert " ".join(lines[0].split()) == "op calls gradients self of all total forward backward memory"
    assert lines[2].startswith("Module.__call__ ") and lines[3].startswith("backward ")
    assert lines[4].startswith("and ") and " in these calls, of " in lines[5]
    assert len({len(line) for line in lines[:4]}) == 1
    for sort_by in ("count", "memory", "cpu_time_total", "backward_time"):
        values = [getattr(row, sort_by) for row in p.key_averages()]
        first = p.table(sort_by, row_limit=1).splitlines()[2].split()[0]
        assert getattr(rows(p)[first], sort_by) == max(values)
    assert "(no module)" in str(p)
    with pytest.raises(ValueError, match=r"sort_by must be one of key, count, .*got 'speed'"):
        p.table(sort_by="speed")
    with pytest.raises(ValueError, match="group_by must be 'op' or 'module', got 'line'"):
        p.key_averages("line")


def test_the_trace_file(model, tmp_path):
    with profile() as p:
        thread = threading.Thread(target=lambda: leafgrad.ones(3) * 2)
        model(leafgrad.ones(3, 8)).sum().backward()
        thread.start()
        thread.join()
    p.export_chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text())
    assert trace["displayTimeUnit"] == "ms"
    names = [event for event in trace["traceEvents"] if event["ph"] == "M"]
    calls = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    assert [event["args"]["name"] for event in names] == ["leafgrad", "thread 1", "thread 2"]
    assert len(calls) == len(p.events())
    for event in calls:
        assert set(event) == {"ph", "name", "cat", "ts", "dur", "pid", "tid", "args"}
        assert event["ts"] >= 0 and event["dur"] >= 0
    gradient = next(event for event in calls if event["name"] == "linear (gradient)")
    assert gradient["args"]["module"].startswith("Sequential.") and gradient["args"]["phase"] == "backward"
    assert {event["tid"] for event in calls} == {1, 2}
    for a, b in itertools.combinations((event for event in calls if event["tid"] == 1), 2):  # nested or apart
        assert b["ts"] >= a["ts"] + a["dur"] - 1e-6 or b["ts"] + b["dur"] <= a["ts"] + a["dur"] + 1e-6
