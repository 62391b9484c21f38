"""`python -m leafgrad.notebooks`: open the notebooks in JupyterLab, on copies that may be changed.

The notebooks belong to the repository, not to the installed package: they are found in the folder
where the command is run, or beside the package where that was installed with `pip install -e`.
The copies are in a folder of their own. A copy that exists is left as it is, with a reader's answers.
Options that are not listed here, such as `--no-browser`, are JupyterLab's.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

FIRST = "01_one_derivative.ipynb"
COPIES = "leafgrad-notebooks"


def main(arguments: Sequence[str] | None = None) -> None:
    """Copy the notebooks, and open the first one or the one that was named."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m leafgrad.notebooks",
        description="Open the notebooks in JupyterLab, on copies that may be changed.",
        epilog="Other options, such as --no-browser, are handed on to JupyterLab.",
        allow_abbrev=False,
    )
    parser.add_argument("notebook", nargs="?", default="1", help="the number of the notebook to open (default: 1)")
    parser.add_argument("--folder", type=Path, default=Path(COPIES), help=f"where the copies go (default: {COPIES})")
    options, others = parser.parse_known_args(arguments)
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        sys.exit("leafgrad.notebooks: needs JupyterLab; run pip install '.[notebooks]' in a clone of the repository")
    try:
        opened = numbered(copy(find(), options.folder), options.notebook)
    except FileNotFoundError as error:
        sys.exit(f"leafgrad.notebooks: {error}")
    folder, name = opened.absolute().parent, opened.name
    LabApp.launch_instance([f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{name}", *others])


def find() -> Path:
    """The folder with the notebooks; a FileNotFoundError that says where they are, if it is not here."""
    for parent in (Path.cwd(), Path(__file__).parent.parent):
        for folder in (parent, parent / "notebooks"):
            if (folder / FIRST).is_file():
                return folder
    raise FileNotFoundError(
        "the notebooks are in leafgrad's repository, not in the installed package; run this command in a clone of it"
    )


def copy(source: Path, target: Path) -> Path:
    """Copy into `target` the notebooks, and the texts that they read, which are not there yet; return it."""
    import shutil

    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.is_file() and not (target / path.name).exists():
            shutil.copyfile(path, target / path.name)
    return target


def numbered(folder: Path, number: str) -> Path:
    """The notebook with this number."""
    for path in sorted(folder.glob(f"{number.zfill(2)}_*.ipynb")):
        return path
    raise FileNotFoundError(f"there is no notebook {number}; there are {', '.join(numbers(folder))}")


def numbers(folder: Path) -> list[str]:
    return [path.name.split("_")[0].lstrip("0") for path in sorted(folder.glob("[0-9]*_*.ipynb"))]


if __name__ == "__main__":
    main()
