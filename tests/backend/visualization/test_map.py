"""The page that shows recordings as points: what is in it, and how it behaves in a browser."""

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.errors import DataError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.visualization import media
from audeep.backend.visualization.config import Sound
from audeep.backend.visualization.map import save_map
from tests.helpers.browser import CHROMIUM, Page, browser

RATE, SECONDS = 8000, 0.5
#: Frequencies of the recordings, in Hz.
TONES = {"low/a.wav": 200, "low/b.wav": 250, "low/c.wav": 300, "high/d.wav": 2000, "high/e.wav": 2500}
PCA = {"projection": "PCA"}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a sine of each frequency."""
    folder = tmp_path_factory.mktemp("recordings")
    time = np.arange(int(RATE * SECONDS)) / RATE
    for name, tone in TONES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        soundfile.write(folder / name, 0.5 * np.sin(2 * np.pi * tone * time), RATE)
    return folder


@pytest.fixture
def vectors() -> DataSet:
    tones = np.array([*TONES.values()])
    return from_columns(
        np.stack([np.log(tones), tones % 7], axis=1),
        ["generated"],
        filename=[*TONES],
        label_nominal=[name.split("/")[0] for name in TONES],
        label_numeric=[int(name.startswith("low")) for name in TONES],
    )


def contents(page: Path) -> dict[str, Any]:
    """Read the data of a page."""
    (text,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page.read_text("utf-8"))
    return json.loads(text)


def decoded(address: str) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(address.partition(",")[2]))


def test_needs_nothing_but_itself(vectors: DataSet, recordings: Path, tmp_path: Path) -> None:
    save_map(vectors, tmp_path / "map.html", PCA, basedir=recordings, seed=1)
    page = (tmp_path / "map.html").read_text("utf-8")
    without_scripts = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    assert not re.findall(r"<link|src=|@import|url\((?!data:)|https?:", without_scripts)


def test_names_labels_and_neighbours(vectors: DataSet, tmp_path: Path) -> None:
    save_map(vectors, tmp_path / "map.html", PCA, seed=1)
    found = contents(tmp_path / "map.html")
    assert found["names"] == [*TONES]
    assert {item["name"]: item["instances"] for item in found["classes"]} == {"high": [3, 4], "low": [0, 1, 2]}
    features = vectors.features.values
    nearest = [np.argsort(np.linalg.norm(features - own, axis=1), kind="stable")[1] for own in features]
    assert [others[0] for others in found["neighbours"]] == nearest
    assert "sheets" not in found
    assert "sounds" not in found


def test_names_cannot_break_the_page(tmp_path: Path) -> None:
    names = ["</script><script>alert(1)</script>.wav", "a\"b'c&d.wav", "two\nlines $title.wav"]
    odd = from_columns(np.eye(3), ["generated"], filename=names, label_nominal=["<b>", "&amp;", ""])
    odd.save(tmp_path / "<i>.nc")
    save_map(tmp_path / "<i>.nc", tmp_path / "map.html", PCA, seed=1)
    assert contents(tmp_path / "map.html")["names"] == names
    assert [item["name"] for item in contents(tmp_path / "map.html")["classes"]] == ["&amp;", "<b>", ""]
    assert "<title>&lt;i&gt;.nc: 3 recordings, PCA, seed 1</title>" in (tmp_path / "map.html").read_text("utf-8")


def test_the_same_seed_gives_the_same_map(vectors: DataSet, tmp_path: Path) -> None:
    placed = []
    for name, seed in (("a", 1), ("b", 1)):
        save_map(vectors, tmp_path / name, {"perplexity": 2}, seed=seed)
        described = json.dumps(contents(tmp_path / name)["plot"]).replace(" ", "")
        placed += re.findall(r'"x",(\{.*?\})\]', described)
    assert placed[0] == placed[1]


def test_thumbnails_show_the_tones(vectors: DataSet, recordings: Path, tmp_path: Path) -> None:
    save_map(vectors, tmp_path / "map.html", PCA, basedir=recordings, seed=1)
    found = contents(tmp_path / "map.html")
    (sheet,) = found["sheets"]
    # The thumbnails are in one row, because there are fewer than fill it.
    pixels = np.asarray(Image.open(decoded(sheet)).convert("L"), float)
    assert pixels.shape == (media.HEIGHT, media.WIDTH * len(TONES))
    brightest = [part.mean(axis=1).argmax() for part in np.split(pixels, len(TONES), axis=1)]
    # The lower the tone, the further down.
    assert brightest == sorted(brightest, reverse=True)
    assert brightest[0] - brightest[-1] > media.HEIGHT / 4


def test_sounds_are_the_recordings(vectors: DataSet, recordings: Path, tmp_path: Path) -> None:
    save_map(vectors, tmp_path / "map.html", PCA, basedir=recordings, seed=1)
    for address, tone in zip(contents(tmp_path / "map.html")["sounds"], TONES.values(), strict=True):
        assert address.startswith("data:audio/mpeg;base64,")
        samples, rate = soundfile.read(decoded(address))
        assert rate == media.SOUND_RATE
        assert len(samples) / rate == pytest.approx(SECONDS, abs=0.1)
        middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
        assert spectrum.argmax() * rate / len(middle) == pytest.approx(tone, abs=10)
        assert np.abs(middle).max() == pytest.approx(0.5, abs=0.1)


def test_chunks_are_parts_of_their_recordings(tmp_path: Path) -> None:
    time = np.arange(RATE) / RATE
    samples = np.concatenate([np.sin(2 * np.pi * tone * time) / 2 for tone in (300, 1000, 3000)])
    (tmp_path / "data").mkdir()
    soundfile.write(tmp_path / "data/a.wav", samples, RATE)
    settings = SpectrogramConfig(chunk_length=1, chunk_count=3, mel_spectrum=32, sample_rate=RATE).to_dict()
    chunks = from_columns(
        np.eye(3),
        ["generated"],
        filename=["a.wav"] * 3,
        chunk_nr=[0, 1, 2],
        attrs={"spectrograms": json.dumps(settings)},
    )
    save_map(chunks, tmp_path / "map.html", PCA, basedir=tmp_path / "data", seed=1)
    found = contents(tmp_path / "map.html")
    assert found["names"] == ["a.wav (chunk 0)", "a.wav (chunk 1)", "a.wav (chunk 2)"]
    for address, tone in zip(found["sounds"], (300, 1000, 3000), strict=True):
        samples, rate = soundfile.read(decoded(address))
        middle = samples[rate // 4 : 3 * rate // 4]
        assert np.abs(np.fft.rfft(middle)).argmax() * rate / len(middle) == pytest.approx(tone, abs=5)


def test_links_to_recordings(vectors: DataSet, recordings: Path, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "map.html"
    save_map(vectors, page, PCA | {"sound": "LINK"}, basedir=recordings, seed=1)
    for address, name in zip(contents(page)["sounds"], TONES, strict=True):
        assert (page.parent / address).resolve() == (recordings / name).resolve()
    save_map(vectors, page, PCA | {"sound": "NONE"}, basedir=recordings, seed=1)
    assert contents(page)["sounds"] == [None] * len(TONES)


def test_links_to_much_sound(
    recordings: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    excerpts = [media.Excerpt(recordings / name, 0) for name in TONES]
    assert media.choose_sound(excerpts) is Sound.EMBED
    monkeypatch.setattr(media, "MOST_SOUND", SECONDS * len(TONES) - 0.1)
    with caplog.at_level(logging.WARNING):
        assert media.choose_sound(excerpts) is Sound.LINK
    assert "links to the recordings instead of containing" in caplog.text


def test_recordings_that_are_missing(
    vectors: DataSet, recordings: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = vectors.with_columns(filename=np.array(["x.wav", *TONES][: len(TONES)], object))
    save_map(other, tmp_path / "map.html", PCA, basedir=recordings, seed=1)
    assert "lacks 1 recordings, such as x.wav" in caplog.text
    assert [sound is None for sound in contents(tmp_path / "map.html")["sounds"]] == [True] + [False] * 4
    # Their names are not paths, so the parser is asked.
    none = vectors.with_columns(filename=np.array([f"{number}.wav" for number in range(5)], object))
    with pytest.raises(DataError, match=r"contains none of the recordings in .*, such as 0\.wav"):
        save_map(none, tmp_path / "none.html", PCA, basedir=recordings, parser="NoMetadataParser", seed=1)
    assert not (tmp_path / "none.html").exists()


def test_few_instances_and_no_vectors(tmp_path: Path) -> None:
    two = from_columns(np.eye(2), ["generated"], filename=["a", "b"])
    with pytest.raises(DataError, match=r"a map needs at least 3 instances; .* has 2"):
        save_map(two, tmp_path / "map.html", PCA)
    matrices = from_columns(np.ones((4, 2, 2)), ["time", "freq"], filename=["a", "b", "c", "d"])
    with pytest.raises(DataError, match="a map takes one vector per instance"):
        save_map(matrices, tmp_path / "map.html", PCA)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if not CHROMIUM:
        pytest.skip("there is no Chromium")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def place_of(page: Page, index: int) -> tuple[float, float]:
    """Return where a recording is on the screen."""
    script = f"""(() => {{
        const view = Object.values(Bokeh.index)[0] ?? Bokeh.index.roots[0];
        const source = Bokeh.documents[0].get_model_by_name("points");
        const frame = view.frame, box = view.el.getBoundingClientRect();
        return [box.x + frame.x_scale.compute(source.data.x[{index}]),
                box.y + frame.y_scale.compute(source.data.y[{index}])];
    }})()"""
    x, y = page.evaluate(script)
    return x, y


def test_in_a_browser(page: Page, vectors: DataSet, recordings: Path, tmp_path: Path) -> None:
    save_map(vectors, tmp_path / "map.html", PCA, basedir=recordings, seed=1)
    page.complaints.clear()
    page.open(tmp_path / "map.html")
    page.wait_for("document.body && document.body.dataset.ready === 'true'")
    assert page.evaluate("Bokeh.documents[0].get_model_by_name('points').data.x.length") == len(TONES)
    text = "document.querySelector('#recording').innerText"
    for index, name in ((3, "high/d.wav"), (0, "low/a.wav")):
        page.move(*place_of(page, index))
        page.wait_for(f"document.querySelector('#recording').dataset.index === '{index}'")
        assert name in page.evaluate(text)
        assert page.evaluate("document.querySelectorAll('#recording .large').length") == 1
    page.click(*place_of(page, 4))
    page.wait_for("audio.dataset.index === '4' && audio.currentTime > 0.1")
    assert page.evaluate("Bokeh.documents[0].get_model_by_name('points').selected.indices") == [4]
    # The first neighbour in the list is the nearest; it plays when chosen.
    page.evaluate("document.querySelector('#recording li button').click()")
    nearest = contents(tmp_path / "map.html")["neighbours"][4][0]
    page.wait_for(f"audio.dataset.index === '{nearest}' && audio.currentTime > 0.1")
    page.evaluate("document.querySelector('#search').focus()")
    page.type("C.WAV")
    page.wait_for("document.querySelector('#found').innerText === '1 found'")
    alpha = page.evaluate("[...Bokeh.documents[0].get_model_by_name('points').data.alpha]")
    assert [value == 1 for value in alpha] == [False, False, True, False, False]
    page.evaluate("search.value = ''; document.querySelector('#labels button').click()")
    page.wait_for("document.querySelector('#found').innerText === '2 found'")
    assert page.complaints == []
