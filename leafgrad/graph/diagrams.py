"""A scene as text for other programs: DOT, which Graphviz reads, and Mermaid."""

from __future__ import annotations

from leafgrad.graph.scene import Frame, Item, Scene

_DOT_SHAPES = {
    "double": "box, peripheries=2",
    "plain": "box",
    "pill": "ellipse",
    "hexagon": "hexagon",
    "funnel": "invtrapezium",
    "slanted": "parallelogram",
    "cut": "octagon",
    "dashed": 'box, style="dashed,filled"',
    "dotted": 'box, style="rounded,dotted,filled"',
    "stack": "box3d",
}

_MERMAID_SHAPES = {
    "double": ("[[", "]]"),
    "plain": ("[", "]"),
    "pill": ("([", "])"),
    "hexagon": ("{{", "}}"),
    "funnel": ("[\\", "/]"),
    "slanted": ("[/", "/]"),
    "cut": ("[/", "\\]"),
    "dashed": ("[", "]"),
    "dotted": ("(", ")"),
    "stack": ("[", "]"),
}


_MERMAID_LINES = {"dashed": ",stroke-dasharray:5 3", "dotted": ",stroke-dasharray:2 3", "stack": ",stroke-width:3px"}


def dot(scene: Scene) -> str:
    """The scene in the language of Graphviz; an open box is a cluster."""
    lines = ["digraph leafgrad {", '  node [style=filled, fontname="monospace", fontsize=10];']
    ids = _ids(scene)
    _dot_frame(scene.root, ids, lines, "  ")
    lines += [f"  {ids[a]} -> {ids[b]};" for a, b, _ in scene.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _dot_frame(frame: Frame, ids: dict[Item, str], lines: list[str], indent: str) -> None:
    for child in frame.children:
        if isinstance(child, Frame):
            lines.append(f"{indent}subgraph {_quoted('cluster_' + child.key)} {{")
            lines.append(f"{indent}  label={_quoted(child.title)};")
            _dot_frame(child, ids, lines, indent + "  ")
            lines.append(f"{indent}}}")
        else:
            label = _quoted("\n".join([child.label.title, *child.label.lines]))
            family = child.family
            look = f'shape={_DOT_SHAPES[family.shape]}, fillcolor="{family.fill}", color="{family.stroke}"'
            lines.append(f"{indent}{ids[child]} [label={label}, {look}];")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mermaid(scene: Scene) -> str:
    """The scene as a Mermaid flowchart; an open box is a subgraph."""
    lines = ["flowchart TD"]
    ids = _ids(scene)
    _mermaid_frame(scene.root, ids, lines, "  ")
    lines += [f"  {ids[a]} --> {ids[b]}" for a, b, _ in scene.edges]
    families = list(dict.fromkeys(item.family for item in scene.root.items()))
    for i, family in enumerate(families):
        members = ",".join(ids[item] for item in scene.root.items() if item.family is family)
        look = f"fill:{family.fill},stroke:{family.stroke},color:#222{_MERMAID_LINES.get(family.shape, '')}"
        lines.append(f"  classDef family{i} {look}")
        lines.append(f"  class {members} family{i}")
    return "\n".join(lines) + "\n"


def _mermaid_frame(frame: Frame, ids: dict[Item, str], lines: list[str], indent: str) -> None:
    for child in frame.children:
        if isinstance(child, Frame):
            lines.append(f"{indent}subgraph {child.key.replace('.', '_')}[{_named(child.title)}]")
            _mermaid_frame(child, ids, lines, indent + "  ")
            lines.append(f"{indent}end")
        else:
            before, after = _MERMAID_SHAPES[child.family.shape]
            label = "<br>".join(_entities(line) for line in [child.label.title, *child.label.lines])
            lines.append(f'{indent}{ids[child]}{before}"{label}"{after}')


def _named(title: str) -> str:
    return f'"{_entities(title)}"'


def _entities(text: str) -> str:
    """Mermaid writes characters that it would read as its own by their names or numbers."""
    named = {"&": "#amp;", "<": "#lt;", ">": "#gt;", '"': "#quot;", "#": "#35;", "\n": " "}
    return "".join(named.get(character, character) for character in text)


def _ids(scene: Scene) -> dict[Item, str]:
    return {item: f"n{i}" for i, item in enumerate(scene.root.items())}
