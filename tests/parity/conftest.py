"""Without PyTorch there is nothing to compare with: the tools that need it are not even collected."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["samples.py", "module_samples.py"]
