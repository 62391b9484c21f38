"""The methods that operations attach to `Tensor`; `methods.pyi`, generated, lists them for editors."""


class Methods:
    """Empty here: `surface.public` puts each operation on it where the operation is defined."""

    __slots__ = ()
