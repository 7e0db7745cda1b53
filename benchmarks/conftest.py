"""One BLAS thread for everybody, so that contenders are compared and not the machine; ratios at the end."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import goals  # noqa: E402 (NumPy reads the variables when it is first imported)


def pytest_terminal_summary(terminalreporter):
    """Ratios and goals of what ran."""
    lines = goals.lines()
    if lines:
        terminalreporter.section("ours beside the others, CPU time, one BLAS thread")
        for line in lines:
            terminalreporter.write_line(line)
