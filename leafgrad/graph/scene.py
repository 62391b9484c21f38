"""What there is to draw: shapes with their texts, in frames, and the edges between them.

A module's box is either open, a `Frame` around what is inside, or folded, one `Item` that stands for all
of it. A long chain, in which each shape has one successor and that has no other operand, is folded in
its middle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from leafgrad.graph.boxes import Path
from leafgrad.graph.families import CHAIN, LEAF, MODULE, Family, family_of
from leafgrad.graph.labels import Label, describe, elided
from leafgrad.graph.tracing import Entry
from leafgrad.tensor import Tensor

SHOWN_OF_CHAIN = 3  # at each end of one that is folded


@dataclass(eq=False)
class Item:
    """One shape: an operation, a leaf, or what a folded box or chain stands for."""

    key: str
    family: Family
    label: Label
    entries: list[int]
    folded: bool = False


@dataclass(eq=False)
class Frame:
    """An open box, and the whole drawing: shapes and open boxes within it."""

    key: str
    title: str
    children: list[Item | Frame] = field(default_factory=list)

    def items(self) -> Iterator[Item]:
        """All shapes in it, at any depth."""
        for child in self.children:
            if isinstance(child, Frame):
                yield from child.items()
            else:
                yield child


@dataclass(eq=False)
class Scene:
    """A drawing before anything has a place. An edge names its two shapes, and which operand it is."""

    root: Frame
    edges: list[tuple[Item, Item, int]]


def scene(
    entries: Sequence[Entry],
    paths: Sequence[Path],
    is_open: Collection[str],
    gradients: dict[int, Tensor] | None = None,
    chain: int | None = 10,
) -> Scene:
    """The scene of a trace, with those boxes and chains open whose keys are in `is_open`.

    Chains of more than `chain` shapes are folded, unless it is None.
    """
    root = Frame("", "")
    frames: dict[tuple[int, ...], Frame] = {}
    item_of: dict[int, Item] = {}
    folded: dict[str, Item] = {}
    for entry in entries:
        path = paths[entry.number]
        frame = root
        for depth, box in enumerate(path, 1):
            key = box_key(box.place)
            if key not in is_open:
                if key not in folded:
                    folded[key] = Item(key, MODULE, Label(title_of(path[:depth]), []), [], folded=True)
                    frame.children.append(folded[key])
                folded[key].entries.append(entry.number)
                item_of[entry.number] = folded[key]
                break
            if box.place not in frames:
                frames[box.place] = Frame(key, title_of(path[:depth]))
                frame.children.append(frames[box.place])
            frame = frames[box.place]
        else:
            gradient = (gradients or {}).get(entry.number)
            within = ".".join(box.name for box in path if box.name) + "."
            label = describe(entry, gradient, within)
            item = Item(f"node{entry.number}", family_of(entry.op), label, [entry.number])
            frame.children.append(item)
            item_of[entry.number] = item
    for item in folded.values():
        item.label.lines.extend(_contents(item, entries))
    edges = _edges(entries, item_of)
    if chain is not None:
        edges = _fold_chains(root, edges, is_open, chain)
    return Scene(root, edges)


def box_key(place: tuple[int, ...]) -> str:
    """The key of a module's box."""
    return "box" + ".".join(map(str, place))


def title_of(path: Path) -> str:
    """`hidden: Linear`, or what of it is known."""
    return ": ".join(part for part in (path[-1].name, path[-1].kind) if part)


def worth_a_box(paths: Sequence[Path]) -> list[Path]:
    """The paths without boxes that hold one operation and nothing else."""
    sizes: dict[tuple[int, ...], int] = {}
    for path in paths:
        for box in path:
            sizes[box.place] = sizes.get(box.place, 0) + 1
    return [tuple(box for box in path if sizes[box.place] > 1) for path in paths]


def _contents(item: Item, entries: Sequence[Entry]) -> list[str]:
    """How much a folded box holds."""
    inside = [entries[i] for i in item.entries]
    operations = sum(not entry.is_leaf for entry in inside)
    parameters = sum(prod(entry.shape) for entry in inside if entry.is_leaf)
    lines = [f"{operations:,} operation{'s' if operations != 1 else ''}"]
    return [*lines, f"{parameters:,} parameters"] if parameters else lines


def _edges(entries: Sequence[Entry], item_of: dict[int, Item]) -> list[tuple[Item, Item, int]]:
    """One edge for each operand of each shape, and one alone between two of which one is folded."""
    found: dict[tuple[Item, Item, int], None] = {}
    for entry in entries:
        user = item_of[entry.number]
        for position, parent in enumerate(entry.parents):
            source = item_of[parent]
            if source is not user:
                single = source.folded or user.folded
                found[source, user, -1 if single else position] = None
    return list(found)


# Chains


def _fold_chains(
    root: Frame, edges: list[tuple[Item, Item, int]], is_open: Collection[str], longest: int
) -> list[tuple[Item, Item, int]]:
    """The edges after the middle of each long chain has become one item."""
    stands_for: dict[Item, Item] = {}
    for frame in _frames(root):
        for run in _chains(frame, edges):
            key = f"chain-{run[0].key}"
            if len(run) <= longest or key in is_open:
                continue
            middle = run[SHOWN_OF_CHAIN:-SHOWN_OF_CHAIN]
            only_here = _hanging_at(set(middle), set(run), frame, edges)
            names = list(dict.fromkeys(item.label.title for item in middle))
            count = len(middle) + sum(item.family is not LEAF for item in only_here)
            label = Label(f"{count} more", [elided(", ".join(names[:4] + ["…"] * (len(names) > 4)), 30)])
            whole = Item(key, CHAIN, label, sorted(i for item in middle for i in item.entries), folded=True)
            stands_for |= dict.fromkeys([*middle, *only_here], whole)
            place = frame.children.index(middle[0])
            frame.children.insert(place, whole)
            frame.children = [child for child in frame.children if child not in stands_for]
    renamed = ((stands_for.get(a, a), stands_for.get(b, b), k, a in stands_for or b in stands_for) for a, b, k in edges)
    return list(dict.fromkeys((a, b, -1 if merged else k) for a, b, k, merged in renamed if a is not b))


def _frames(root: Frame) -> list[Frame]:
    frames = [root]
    for frame in frames:
        frames.extend(child for child in frame.children if isinstance(child, Frame))
    return frames


def _chains(frame: Frame, edges: Sequence[tuple[Item, Item, int]]) -> list[list[Item]]:
    """Maximal runs of a frame's items in which each is the only user of the one before it.

    What hangs at a chain does not interrupt it: leaves, and an operation on leaves alone that has one
    user, such as the product of a weight with the next input of a recurrent network.
    """
    before: dict[Item, list[Item]] = {}
    after: dict[Item, set[Item]] = {}
    for a, b, _ in edges:
        after.setdefault(a, set()).add(b)
        if a.family is not LEAF:
            before.setdefault(b, []).append(a)
    members = {child for child in frame.children if isinstance(child, Item) and child.family is not LEAF}
    following: dict[Item, Item] = {}
    for user in members:
        operands = before.get(user, [])
        carried = [a for a in operands if a in before or len(after[a]) > 1] or operands[-1:]
        if len(set(carried)) == 1 and carried[0] in members and after[carried[0]] == {user}:
            following[carried[0]] = user
    reached = set(following.values())
    runs = []
    for head in frame.children:
        if isinstance(head, Item) and head in members and head not in reached:
            run = [head]
            while run[-1] in following:
                run.append(following[run[-1]])
            runs.append(run)
    return runs


def _hanging_at(
    middle: set[Item], run: set[Item], frame: Frame, edges: Sequence[tuple[Item, Item, int]]
) -> list[Item]:
    """What hangs at the middle of a chain, and is used nowhere else."""
    users: dict[Item, set[Item]] = {}
    for a, b, _ in edges:
        users.setdefault(a, set()).add(b)
    candidates = {child for child in frame.children if isinstance(child, Item) and child not in run}
    hanging: list[Item] = []
    for _ in range(2):  # the operations that hang there, then their leaves
        folded = middle.union(hanging)
        hanging += [a for a in users if users[a] <= folded and a not in folded and a in candidates]
    return hanging
