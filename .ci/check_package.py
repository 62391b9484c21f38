"""What the wheel must hold, and how large it may be.

    python .ci/check_package.py dist
"""

import sys
import zipfile
from pathlib import Path

LIMIT = 700 * 1024  # the core had 400; the whole of PyTorch's dense surface is four times its source
NEEDED = [
    "leafgrad/py.typed",
    "leafgrad/methods.pyi",
    "leafgrad/data/digits.npz",
    "leafgrad/data/digits.LICENSE.txt",
    "licenses/LICENSE",
    "licenses/leafgrad/data/digits.LICENSE.txt",
]


def main(folder: str) -> int:
    (wheel,) = Path(folder).glob("*.whl")
    (sdist,) = Path(folder).glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    source = {str(path) for path in Path("leafgrad").rglob("*.py")}
    missing = [needed for needed in NEEDED if not any(name.endswith(needed) for name in names)]
    missing += sorted(source - set(names))
    strange = [name for name in names if not name.startswith(("leafgrad/", "leafgrad-"))]
    size = wheel.stat().st_size
    print(f"{wheel.name}: {size / 1024:.0f} KB, {len(names)} files; {sdist.name}: {sdist.stat().st_size / 1024:.0f} KB")
    for name in missing:
        print(f"the wheel lacks {name}")
    for name in strange:
        print(f"the wheel should not hold {name}")
    if size > LIMIT:
        print(f"the wheel is larger than {LIMIT // 1024} KB")
    return bool(missing or strange or size > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
