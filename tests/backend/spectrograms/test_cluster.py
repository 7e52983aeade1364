"""Extraction on a Dask cluster, as on this machine."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from distributed import Client, LocalCluster

from audeep import ExtractionConfig, SpectrogramConfig, preprocess
from audeep.backend.audio.segments import Segment
from audeep.backend.errors import AudeepError, AudioError
from audeep.backend.spectrograms import cluster
from audeep.backend.spectrograms.cluster import extract_on_cluster
from audeep.backend.spectrograms.extraction import extract
from audeep.backend.spectrograms.extractor import Extractor
from tests.helpers.audio import write_unusable

CONFIG = SpectrogramConfig(fixed_length=0.5, mel_spectrum=20)
SHAPE = (1, 24, 20)


def local_cluster(n_workers: int, *, processes: bool = True) -> LocalCluster:
    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=processes,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def processes() -> Iterator[LocalCluster]:
    """Two workers, each a process of its own that is started again when it dies."""
    with local_cluster(n_workers=2) as made:
        yield made


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Thirty recordings that all differ."""
    rng = np.random.default_rng(0)
    found = [tmp_path / f"data/train/a/{index:02}.flac" for index in range(30)]
    found[0].parent.mkdir(parents=True)
    for path in found:
        soundfile.write(path, rng.uniform(-1, 1, 4000), 8000)
    return found


@pytest.fixture
def extractor() -> Extractor:
    return Extractor(CONFIG, 8000)


def test_the_file_is_the_same_to_the_byte(
    processes: LocalCluster, paths: list[Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    unusable = write_unusable(paths[0].parent)
    messages = []
    for output, address in (("here.nc", None), ("there.nc", processes.scheduler_address)):
        caplog.clear()
        extraction = ExtractionConfig(on_error="skip", scheduler=address)
        data = preprocess(tmp_path / "data", tmp_path / output, CONFIG, extraction)
        data.close()
        # The scheduler lives in this process, and logs; and tests of the command line make us tell more.
        messages.append(
            [
                record.message
                for record in caplog.records
                if record.name.startswith("audeep") and record.levelno >= logging.WARNING
            ]
        )
    assert (tmp_path / "here.nc").read_bytes() == (tmp_path / "there.nc").read_bytes()
    assert data.num_instances == len(paths)
    assert messages[0] == messages[1]
    assert len(messages[1]) == len(unusable) + 1


def test_a_recording_that_cannot_be_decoded_is_the_same_error(
    processes: LocalCluster, paths: list[Path], tmp_path: Path
) -> None:
    content = paths[15].read_bytes()
    paths[15].write_bytes(content[:-100])
    errors = []
    for address in (None, processes.scheduler_address):
        with pytest.raises(AudioError) as info:
            preprocess(tmp_path / "data", tmp_path / "out.nc", CONFIG, ExtractionConfig(scheduler=address))
        errors.append(str(info.value))
    assert errors[0] == errors[1]
    assert errors[1].startswith(f"{paths[15]} cannot be read: ")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_few_recordings_are_under_way(
    processes: LocalCluster, paths: list[Path], extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "BATCH", 1)
    under_way = [
        len(processes.scheduler.tasks)
        for _ in extract_on_cluster([*map(Segment, paths)], extractor, SHAPE, processes.scheduler_address)
    ]
    assert len(under_way) == len(paths)
    # Three for each worker, and one of which the scheduler has not heard yet that nobody wants it any more.
    assert 3 <= max(under_way) <= 7


@pytest.mark.parametrize(
    ("shape", "count", "size"),
    [(SHAPE, 3, 1), (SHAPE, 60, 10), (SHAPE, 200, 16), ((1, 2**20, 2), 99, 2), ((1, 2**22, 4), 30, 1)],
)
def test_batches_are_small_if_recordings_are_few_or_long(
    processes: LocalCluster,
    extractor: Extractor,
    monkeypatch: pytest.MonkeyPatch,
    shape: tuple[int, int, int],
    count: int,
    size: int,
) -> None:
    monkeypatch.setattr(cluster, "_extract_there", lambda batch, *_: [f"one of {len(batch)}"] * len(batch))
    results = extract_on_cluster([Segment(Path("a"))] * count, extractor, shape, processes.scheduler_address)
    assert next(results) == f"one of {size}"
    assert len(list(results)) == count - 1


def test_a_recording_that_a_worker_cannot_read_is_told(processes: LocalCluster, extractor: Extractor) -> None:
    results = extract_on_cluster([Segment(Path("/missing.flac"))], extractor, SHAPE, processes.scheduler_address)
    with pytest.raises(AudeepError, match=r"cannot read /missing\.flac; the recordings must be readable under"):
        list(results)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nonsense", "missing port number in address 'nonsense'"),
        ("xyz://a:1", "unknown address scheme 'xyz'"),
        ("", "missing port number in address ''"),
        ("127.0.0.1:1", "Timed out trying to connect"),
        (None, "no answer within 0.3 s"),
    ],
)
def test_a_scheduler_that_does_not_answer_is_one_error(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch, address: str | None, reason: str
) -> None:
    monkeypatch.setattr("audeep.backend.cluster.PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        # A server that takes connections, and says nothing.
        address = f"127.0.0.1:{server.getsockname()[1]}" if address is None else address
        with pytest.raises(AudeepError) as info:
            list(extract_on_cluster([Segment(Path("a.wav"))], extractor, SHAPE, address))
    assert str(info.value).startswith(f"`scheduler`: no Dask scheduler answers at '{address}' ({reason}")
    assert str(info.value).endswith("; 'dask scheduler' starts one and prints its address")


def test_a_scheduler_without_workers_is_an_error(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audeep.backend.cluster.PATIENCE", 1)
    with local_cluster(n_workers=0) as empty:
        address = empty.scheduler_address
        with pytest.raises(AudeepError, match=f"{address} has no workers; 'dask worker {address}' starts one"):
            list(extract_on_cluster([Segment(Path("a.wav"))], extractor, SHAPE, address))


def test_without_dask_the_error_says_what_to_install(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AudeepError, match=r"^`scheduler` .* pip install distributed$"):
        list(extract_on_cluster([Segment(Path("a.wav"))], extractor, SHAPE, "127.0.0.1:1"))


@pytest.mark.long
def test_the_work_of_a_worker_that_dies_is_done_again(
    processes: LocalCluster, paths: list[Path], extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "BATCH", 1)
    results = extract_on_cluster([*map(Segment, paths)], extractor, SHAPE, processes.scheduler_address)
    found = [next(results)]
    with Client(processes.scheduler_address, set_as_default=False) as client:
        victim, *_ = client.run(os.getpid).values()
    os.kill(victim, signal.SIGKILL)
    found += results
    np.testing.assert_array_equal(found, list(extract([*map(Segment, paths)], extractor, jobs=1)))


@pytest.mark.long
def test_a_cluster_that_is_lost_is_one_error_and_no_words_of_dask(
    processes: LocalCluster,
    paths: list[Path],
    extractor: Extractor,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    monkeypatch.setattr("distributed.versions.error_message", lambda *_, **__: {"warning": "versions differ"})
    monkeypatch.setattr(cluster, "BATCH", 1)
    monkeypatch.setattr("audeep.backend.cluster.PATIENCE", 1)
    level = logging.getLogger("distributed.client").level
    results = extract_on_cluster([*map(Segment, paths)], extractor, SHAPE, processes.scheduler_address)
    next(results)
    processes.close()
    with pytest.raises(AudeepError, match=f"^`scheduler` {processes.scheduler_address}: the cluster failed: "):
        list(results)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
    assert logging.getLogger("distributed.client").level == level
