"""What all tests share: the profile of random examples, the folder of real data, the textbook economy."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # more threads than cores only wait for each other; read when NumPy is loaded

import pickle
import sys
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import Phase, settings

import shishu
from shishu import InputOutputTable

settings.register_profile(
    "shishu",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
settings.load_profile("shishu")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real test data; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("SHISHU_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_absolute():
        folder = REPOSITORY / folder
    if not folder.is_dir():
        pytest.skip(f"no folder of real test data at {folder}")
    return folder


@pytest.fixture(scope="session")
def golden() -> Path:
    """Folder of expected numbers, each with its source."""
    return Path(__file__).resolve().parent / "golden"


@pytest.fixture
def two_sector() -> InputOutputTable:
    """Miller & Blair (2009), table 2.3."""
    return InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"])


# -- the main study ----------------------------------------------------------------------------------


def once(tmp_path_factory, name, make):
    """What ``make(folder)`` returns, made by the first worker process of pytest-xdist that needs it, for all."""
    root = tmp_path_factory.getbasetemp()
    root = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / name
    root.mkdir(exist_ok=True)
    kept, turn = root / "kept.pickle", root / "turn"
    while not kept.exists():
        try:
            turn.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(0.2)
            continue
        try:
            if not kept.exists():
                (root / "partial").write_bytes(pickle.dumps(make(root / "made")))
                (root / "partial").replace(kept)
        finally:
            turn.unlink()
    return pickle.loads(kept.read_bytes())


def few_draws():
    from shishu.study import load_study
    from shishu.study.config import Uncertainty

    return load_study("china").model_copy(update={"uncertainty": Uncertainty(draws=20)})


@pytest.fixture(scope="session")
def china(tmp_path_factory):
    """Result of the main study with few draws; tests only read it."""
    from shishu.study import compute

    return once(tmp_path_factory, "china", lambda folder: compute(few_draws()))


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Result and folder of a run of the main study in Chinese, with few draws; tests only read them."""

    def make(folder):
        return shishu.run(few_draws(), folder / "out", lang="zh"), folder / "out"

    return once(tmp_path_factory, "run", make)


# -- the command line --------------------------------------------------------------------------------


@pytest.fixture
def call(monkeypatch, capsys):
    """The entry point in this process: exit code, output, errors."""
    from shishu import cli

    def called(*words: object, lang: str = "en"):
        monkeypatch.setattr(sys, "argv", ["shishu", *map(str, words)])
        monkeypatch.setattr(cli.words, "LANG", lang)
        with warnings.catch_warnings(), pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return called
