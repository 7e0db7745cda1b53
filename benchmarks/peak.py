"""Peak memory of one job in a process of its own: python peak.py JOB A.npy … prints MiB above the ready input."""

import contextlib
import sys
from pathlib import Path

import contenders
import numpy as np

JOBS = {name: getattr(contenders, name) for name in ("textbook", "vectors", "pot", "ipfn", "mario")}
JOBS |= {"ras": contenders.shishu, "gras": contenders.generalised}
JOBS |= {"gras_textbook": contenders.generalised_textbook, "gras_vectors": contenders.generalised_vectors}


def job(function):
    JOBS[function.__name__] = function
    return function


@job
def shishu(A):
    from shishu.inputoutput.leontief import solve_multipliers

    return solve_multipliers(A, np.ones((1, len(A))))


@job
def lapack(A):
    from scipy import linalg

    return linalg.solve((np.eye(len(A)) - A).T, np.ones(len(A)))


@job
def inverse(A):
    return np.ones(len(A)) @ np.linalg.inv(np.eye(len(A)) - A)


@job
def pymrio(A):
    import pandas as pd
    import pymrio as peer

    return peer.calc_L(pd.DataFrame(A)).sum()


@job
def ras_labelled(A, u, v):
    import pandas as pd

    from shishu.inputoutput.balance import ras

    rows, columns = ([f"{i}" for i in range(size)] for size in A.shape)
    return ras(pd.DataFrame(A, rows, columns, copy=False), pd.Series(u, rows), pd.Series(v, columns))


@job
def ras_sparse(data, indices, indptr, u, v):
    from scipy import sparse

    from shishu.inputoutput.balance import ras

    return ras(sparse.csr_array((data, indices, indptr), shape=(len(u), len(v))), u, v)


def memory(what: str) -> float:
    """Memory of this process, MiB (Linux; a process inherits its parent's ru_maxrss)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split(f"{what}:")[1].split()[0]) / 1024


def small(array):
    """An array of the same number of dimensions: a job that ran once has imported what it needs."""
    return np.full((8,) * array.ndim, 0.0625 if array.ndim == 2 else 0.5)


def main() -> None:
    name, *paths = sys.argv[1:]
    if name == "ras_sparse":
        eight = np.arange(8)
        JOBS[name](
            np.full(8, 0.5), eight.astype(np.int32), np.arange(9, dtype=np.int32), np.full(8, 0.5), np.full(8, 0.5)
        )
    else:
        JOBS[name](*(small(np.load(path, mmap_mode="r")) for path in paths))
    arrays = [np.load(path) for path in paths]
    with contextlib.suppress(OSError):  # forget the highest so far, which may be of the imports
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    JOBS[name](*arrays)
    print(memory("VmHWM") - before)


if __name__ == "__main__":
    main()
