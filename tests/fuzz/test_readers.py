"""Whatever a file holds, it is read, or refused with an error of ours."""

import subprocess
import sys
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import rearrange
from tests.fuzz.readers import READERS
from tests.helpers.selection import examples

randoms = st.randoms(use_true_random=False)


@pytest.mark.parametrize("name", READERS)
def test_valid_files_are_accepted(name: str) -> None:
    assert all(READERS[name].accepts(*file) for file in READERS[name].valid)


# Not in this process for netCDF, because HDF5 crashes and loops for some damaged files.
@pytest.mark.parametrize("name", [name for name in READERS if name != "netCDF"])
@given(random=randoms)
@settings(max_examples=examples(50), deadline=None)
def test_damaged_files(name: str, random: Random) -> None:
    READERS[name].accepts(*READERS[name].damaged(random))


@given(random=randoms)
@settings(max_examples=examples(15), deadline=None)
def test_data_sets_that_were_changed(random: Random) -> None:
    name, content = random.choice(READERS["netCDF"].valid)
    READERS["netCDF"].accepts(name, rearrange(content, random))


@pytest.mark.parametrize("name", READERS)
@given(content=st.binary() | st.text().map(str.encode))
@settings(max_examples=examples(30), deadline=None)
def test_noise(name: str, content: bytes) -> None:
    for file, _ in READERS[name].valid:
        READERS[name].accepts(file, content)


@pytest.mark.long
def test_damaged_data_sets() -> None:
    """Run apart, as a longer search for faults would be; see ``python -m tests.fuzz --help``."""
    command = [sys.executable, "-m", "tests.fuzz", "--readers", "netCDF", "--inputs", "40"]
    search = subprocess.run(command, capture_output=True, text=True, check=False)
    assert search.returncode == 0, search.stderr
    assert search.stdout.splitlines()[0].split() == [
        *("reader", "inputs", "accepted", "refused", "library", "faults", "seconds")
    ]
    name, inputs, accepted, refused, library, faults, _ = search.stdout.splitlines()[1].split()
    assert (name, inputs, faults) == ("netCDF", "40", "0")
    assert int(accepted) + int(refused) + int(library) == 40
