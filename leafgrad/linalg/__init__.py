"""Linear algebra, under the names of `torch.linalg`: products, norms, factorisations and what they solve.

Where a function takes a matrix it takes a stack of them, (..., m, n), of float32, float64 or complex
numbers. LAPACK is reached through NumPy; what NumPy lacks is written here.
"""

from leafgrad.errors import LinAlgError
from leafgrad.linalg.definite import cholesky, cholesky_ex
from leafgrad.linalg.determinants import det, slogdet
from leafgrad.linalg.eigen import eig, eigh, eigvals, eigvalsh
from leafgrad.linalg.elimination import lu, lu_factor, lu_factor_ex, lu_solve
from leafgrad.linalg.exponential import matrix_exp
from leafgrad.linalg.ldl import ldl_factor, ldl_factor_ex, ldl_solve
from leafgrad.linalg.leastsquares import lstsq, matrix_rank, pinv
from leafgrad.linalg.norms import cond, matrix_norm, norm, vector_norm
from leafgrad.linalg.orthogonal import householder_product, qr
from leafgrad.linalg.products import cross, diagonal, matmul, matrix_power, multi_dot, vander, vecdot
from leafgrad.linalg.singular import svd, svdvals
from leafgrad.linalg.solving import inv, inv_ex, solve, solve_ex, tensorinv, tensorsolve
from leafgrad.linalg.triangular import solve_triangular

__all__ = [
    "LinAlgError", "cholesky", "cholesky_ex", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals",
    "eigvalsh", "householder_product", "inv", "inv_ex", "ldl_factor", "ldl_factor_ex", "ldl_solve", "lstsq", "lu",
    "lu_factor", "lu_factor_ex", "lu_solve", "matmul", "matrix_exp", "matrix_norm", "matrix_power", "matrix_rank",
    "multi_dot", "norm", "pinv", "qr", "slogdet", "solve", "solve_ex", "solve_triangular", "svd", "svdvals",
    "tensorinv", "tensorsolve", "vander", "vecdot", "vector_norm",
]
