"""Tables from elsewhere: what may be left out, and what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import AudeepError, DataError, OptionError
from audeep.backend.exchange.formats import AttributeNames
from audeep.backend.exchange.importing import import_tables

ARFF = """\
% a comment
@relation birds
@attribute name string
@attribute f1 numeric
@attribute 'f 2' REAL
@attribute class {owl, 'blue tit'}
@data
% another
'a b.wav', 1, 2.5, owl

"it's.wav",-1e-3,?,'blue tit'
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / "tables" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder / "tables"


def read(folder: Path, files: dict[str, str], name: str = "data", **names: str) -> DataSet:
    """Import files."""
    import_tables(write(folder, files), name, folder / "out.nc", AttributeNames(**names))
    with load(folder / "out.nc") as data_set:
        return data_set.in_memory()


def test_only_features(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "x,y\n1,2\n3,4\n"})
    assert data_set.feature_dims == ("generated",)
    assert data_set.features.values.tolist() == [[1, 2], [3, 4]]
    assert data_set.filename.tolist() == ["data.csv#1", "data.csv#2"]
    assert data_set.chunk_nr.tolist() == [0, 0]
    assert data_set.label_map is None
    assert not data_set.is_labelled.any()
    assert not data_set.has_partitions
    assert data_set.num_folds == 0


def test_one_table_may_say_where_instances_belong(tmp_path: Path) -> None:
    table = "fold_1,x,partition,fold_2\nTRAIN,1,test,valid\n,2,,train\n"
    data_set = read(tmp_path, {"data.csv": table})
    np.testing.assert_array_equal(data_set.partition, [2, np.nan])
    np.testing.assert_array_equal(data_set.cv_folds, [[0, 1], [np.nan, 0]])
    assert data_set.features.values.tolist() == [[1], [2]]
    with pytest.raises(DataError, match=r"instance 1 .*: its fold_1 must be one of train, valid"):
        read(tmp_path / "wrong", {"data.csv": "fold_1,x\ntest,1\n"})
    # Where folders say it, and without a first fold, these are names of features.
    assert read(tmp_path / "folders", {"train/data.csv": "partition,x\n3,1\n"}).feature_shape == (2,)
    assert read(tmp_path / "second", {"data.csv": "fold_2,x\n3,1\n"}).feature_shape == (2,)


def test_generated_names_tell_files_apart(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"train/data.csv": "x\n1\n", "test/data.csv": "x\n2\n3\n"})
    assert data_set.filename.tolist() == ["train/data.csv#1", "test/data.csv#1", "test/data.csv#2"]
    assert data_set.partition.tolist() == [0, 2, 2]


def test_chunks_are_numbered(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "filename,x\na,1\nb,2\na,3\n"})
    assert data_set.chunk_nr.tolist() == [0, 0, 1]


def test_labels_are_numbered_alphabetically(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "label_nominal,x\nowl,1\n,2\nauk,3\n"})
    np.testing.assert_array_equal(data_set.label_numeric, [1, np.nan, 0])
    assert data_set.label_map == {"auk": 0, "owl": 1}


def test_a_column_without_numbers_is_as_good_as_none(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "label_nominal,label_numeric,x\nowl,,1\nauk,nan,3\n"})
    assert data_set.label_map == {"auk": 0, "owl": 1}


def test_a_label_with_two_numbers_makes_no_label_map(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "label_nominal,label_numeric,x\nowl,1,1\nowl,2.0,2\n"})
    assert data_set.label_numeric.tolist() == [1, 2]
    assert data_set.label_map is None


def test_names_that_pandas_takes_for_missing(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.csv": "filename,label_nominal,x\nNA,null,1\nnan,None,2\n"})
    assert data_set.filename.tolist() == ["NA", "nan"]
    assert data_set.label_nominal.tolist() == ["null", "None"]


def test_other_column_names(tmp_path: Path) -> None:
    data_set = read(
        tmp_path,
        {"data.csv": "x,part,file,class,number\n5,1,a,owl,3\n"},
        filename_attribute="file",
        chunk_nr_attribute="part",
        label_nominal_attribute="class",
        label_numeric_attribute="number",
    )
    assert (data_set.filename[0], data_set.chunk_nr[0]) == ("a", 1)
    assert (data_set.label_nominal[0], data_set.label_numeric[0]) == ("owl", 3)
    assert data_set.features.values.tolist() == [[5]]


def test_folds(tmp_path: Path) -> None:
    data_set = read(
        tmp_path,
        {
            "fold_1/data.csv": "filename,x\na,1\nb,2\n",
            "fold_2/data.csv": "filename,x\nb,2\nc,3\n",
            "fold_10/other.csv": "",
        },
    )
    assert data_set.filename.tolist() == ["a", "b", "c"]
    assert data_set.cv_folds.tolist() == [[1, 0], [1, 1], [0, 1]]
    assert data_set.features.values.tolist() == [[1], [2], [3]]


def test_ten_folds_are_in_order(tmp_path: Path) -> None:
    files = {f"fold_{number}/data.csv": f"filename,x\n{number:02},{number}\n" for number in range(1, 11)}
    assert read(tmp_path, files).cv_folds.tolist() == np.eye(10).tolist()


def test_partitions_with_folds(tmp_path: Path) -> None:
    files = {
        f"{partition}/fold_{fold}/data.csv": f"filename,x\n{partition}{fold},{fold}\n"
        for partition in ("train", "devel")
        for fold in (1, 2)
    }
    data_set = read(tmp_path, files)
    assert data_set.filename.tolist() == ["train1", "train2", "devel1", "devel2"]
    assert data_set.partition.tolist() == [0, 0, 1, 1]
    assert data_set.cv_folds.tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]


@pytest.mark.parametrize("text", ["\ufeffx,y\r\n1,2\r\n", "x,y\n\n1,2\n\n", ' x , y\n"1", 2 \n', "x,y\n1,2"])
def test_variants_of_csv(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, {"data.csv": text}).features.values.tolist() == [[1, 2]]


def test_arff_of_other_programs(tmp_path: Path) -> None:
    data_set = read(tmp_path, {"data.arff": ARFF}, filename_attribute="name", label_nominal_attribute="class")
    assert data_set.filename.tolist() == ["a b.wav", "it's.wav"]
    assert data_set.label_nominal.tolist() == ["owl", "blue tit"]
    assert data_set.label_numeric.tolist() == [1, 0]
    np.testing.assert_array_equal(data_set.features.values, np.array([[1, 2.5], [-0.001, np.nan]], np.float32))


def test_all_that_arff_may_be(tmp_path: Path) -> None:
    text = (
        "\ufeff%\r\n@RELATION 'a b'\r\n\r\n@attribute\t\"filename\"\tSTRING\r\n@Attribute 'f \\'1' integer\r\n"
        "@attribute label_nominal { owl ,'blue tit', \"a'b\" }\r\n@Data\r\n"
        "'it\\'s \\\\ \\u00e9\\t\\145', 1.5 ,owl\r\n\"?\",?, 'blue tit'\r\n%\r\n a%b , -1e-3,?\r\n"
    )
    data_set = read(tmp_path, {"data.arff": text})
    assert data_set.filename.tolist() == ["it's \\ \xe9\te", "?", "a%b"]
    assert data_set.label_nominal.tolist() == ["owl", "blue tit", ""]
    np.testing.assert_array_equal(data_set.features.values[:, 0], np.array([1.5, np.nan, -1e-3], np.float32))


@pytest.mark.parametrize("text", ["x,y\r1,2\r3,4\r", "x,y\r1,2\n3,4\r\n"])
def test_all_kinds_of_line_ends(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, {"data.csv": text}).features.values.tolist() == [[1, 2], [3, 4]]


def test_a_long_text(tmp_path: Path) -> None:
    name = "a," * 100_000
    assert read(tmp_path, {"data.csv": f'filename,x\n"{name}",1\n'}).filename.tolist() == [name]


@pytest.mark.parametrize("name", ["data.csv", "data.arff"])
def test_the_suffix_chooses(name: str, tmp_path: Path) -> None:
    files = {
        "data.csv": "x\n1\n",
        "data.arff": "@relation r\n@attribute x real\n@attribute y real\n@data\n1,2\n",
    }
    assert read(tmp_path, files, name).feature_shape == ((1,) if name == "data.csv" else (2,))


def test_other_folders_are_ignored(tmp_path: Path) -> None:
    files = {"data.csv": "x\n1\n", "train/dog/a.txt": "", "fold_0/data.csv": "", "audio/data.csv": ""}
    assert read(tmp_path, files).features.values.tolist() == [[1]]


HEADER = "filename,chunk_nr,label_nominal,label_numeric,x,y\n"
ATTRIBUTES = "@relation r\n@attribute filename string\n@attribute x real\n@data\n"

#: Files, and what is wrong with them.
WRONG = {
    "nothing": ({}, r"no data\.csv or data\.arff in .*tables"),
    "both formats": (
        {"data.csv": "x\n1\n", "data.arff": ATTRIBUTES},
        r"contains data\.csv and data\.arff; give the name with its suffix",
    ),
    "file and folds": (
        {"data.csv": "x\n1\n", "fold_1/data.csv": "x\n1\n"},
        r"data\.csv is both in .*tables and in its folds",
    ),
    "file and partitions": (
        {"data.csv": "x\n1\n", "train/data.csv": "x\n1\n"},
        "in its partitions; remove one",
    ),
    "folds and partitions": ({"fold_1/data.csv": "x\n1\n", "train/data.csv": "x\n1\n"}, "in its partitions"),
    "a partition without file": (
        {"train/data.csv": "x\n1\n", "test/other.csv": ""},
        r"no data\.csv or data\.arff in .*test, or",
    ),
    "a large gap in the folds": (
        {"fold_999999999999/data.csv": "x\n1\n"},
        r"no data\.csv or data\.arff in .*fold_1; folds must be numbered",
    ),
    "a gap in the folds": (
        {"fold_1/data.csv": "x\n1\n", "fold_3/data.csv": "x\n1\n"},
        r"no data\.csv or data\.arff in .*fold_2; folds must be numbered",
    ),
    "numbers of folds": (
        {"train/fold_1/data.csv": "x\n1\n", "test/data.csv": "x\n1\n"},
        "the partitions in .*tables have different numbers of folds",
    ),
    "empty": ({"data.csv": ""}, r"data\.csv is empty"),
    "no rows": ({"data.csv": HEADER}, r"no instances in .*data\.csv"),
    "no rows in ARFF": ({"data.arff": ATTRIBUTES}, r"no instances in .*data\.arff"),
    "no features": ({"data.csv": "filename,chunk_nr\na,1\n"}, r"data\.csv has no features"),
    "a short row": (
        {"data.csv": HEADER + "a,0,,,1,2\n\nb,0,,,1\n"},
        r"data\.csv, line 4: 5 values for 6 columns",
    ),
    "a long row": ({"data.csv": HEADER + "a,0,,,1,2,3\n"}, r"data\.csv, line 2: 7 values for 6 columns"),
    "an open quote in a long file": (
        {"data.csv": 'filename,x\n"a,1\n' + "b,2\n" * 50_000},
        r"data\.csv, line [0-9]+: field larger than field limit \(131072\); is a quote left open\?",
    ),
    "a long name": ({"data.csv": "x" * 200_000 + ",\n"}, r"data\.csv cannot be read as CSV: field larger"),
    "an open quote": ({"data.csv": HEADER + '"a,0,,,1,2\nb,0,,,1,2\n'}, r"data\.csv, line 3: 1 values for 6"),
    "another digit": (
        {"data.csv": "x\n\N{ARABIC-INDIC DIGIT ONE}\n"},
        r"data\.csv, line 2: column 'x' contains '\u0661'",
    ),
    "a zero byte": ({"data.csv": "x\n1\0\n"}, r"data\.csv, line 2: column 'x' contains '1\\x00', not a number"),
    "a zero byte in a name": (
        {"data.csv": "filename,x\nb,1\na\0b,2\n"},
        r"data\.csv: instance 2 \(a.b\): its filename contains the character 0",
    ),
    "a zero byte in a label": (
        {"data.arff": "@relation r\n@attribute label_nominal string\n@attribute x real\n@data\n'a\\0',1\n"},
        r"data\.arff: instance 1 .*: its label_nominal contains the character 0",
    ),
    "a text": ({"data.csv": HEADER + "a,0,,,1,2\nb,0,,,1,two\n"}, r"data\.csv, line 3: column 'y' contains 'two'"),
    "a hole": ({"data.csv": HEADER + "a,0,,,,2\n"}, r"data\.csv, line 2: column 'x' contains ''"),
    "a column of texts": ({"data.csv": "name,x\na,1\n"}, "column 'name' contains 'a', not a number"),
    "semicolons": (
        {"data.csv": "filename;x\na;1\n"},
        "has a single column, 'filename;x'; expected commas as separators, found semicolons",
    ),
    "too large": ({"data.csv": "x\n1e40\n"}, r"data\.csv has the feature 1e\+40, too large for float32"),
    "a column twice": ({"data.csv": "x,y,x\n1,2,3\n"}, r"data\.csv: 2 columns are named 'x'"),
    "a column without name": ({"data.csv": ",x\n0,1\n"}, r"data\.csv: column 1 has no name"),
    "a chunk number": (
        {"data.csv": "filename,chunk_nr,x\na,0,1\nb,one,2\n"},
        r"instance 2 \(b\): its chunk_nr is not a 64-bit integer",
    ),
    "half a chunk": ({"data.csv": "chunk_nr,x\n0.5,1\n"}, "its chunk_nr is not a 64-bit integer"),
    "a large chunk number": (
        {"data.csv": "chunk_nr,x\n9223372036854775808,1\n"},
        "its chunk_nr is not a 64-bit integer",
    ),
    "a large label number": (
        {"data.csv": HEADER + "a,0,owl,1e30,1,2\n"},
        "its label_numeric is not a 64-bit integer",
    ),
    "no chunk number": ({"data.csv": "chunk_nr,x\n,1\n"}, "it has no chunk_nr"),
    "no file name": ({"data.csv": "filename,x\na,1\n,2\n"}, r"data\.csv: instance 2: it has no filename"),
    "no ARFF file name": ({"data.arff": ATTRIBUTES + "?,1\n"}, r"data\.arff: instance 1: it has no filename"),
    "no label number": (
        {"data.csv": HEADER + "a,0,owl,,1,2\na,1,auk,1,1,2\n"},
        "its label has a name but no number",
    ),
    "no label name": ({"data.csv": HEADER + "a,0,,3,1,2\n"}, "its label has a number but no name"),
    "different columns": (
        {"train/data.csv": "x,y\n1,2\n", "test/data.csv": "x,z\n1,2\n"},
        r"test/data\.csv and .*train/data\.csv have different columns: only one of them has 'y'",
    ),
    "order of columns": (
        {"train/data.csv": "x,y\n1,2\n", "test/data.csv": "y,x\n1,2\n"},
        "have different columns: their features are in different order",
    ),
    "different features": (
        {"fold_1/data.csv": "filename,x\na,1\n", "fold_2/data.csv": "filename,x\na,2\n"},
        "chunk 0 of a is in several folds with different features",
    ),
    "different labels": (
        {
            "fold_1/data.csv": "filename,label_nominal,x\na,o,1\n",
            "fold_2/data.csv": "filename,label_nominal,x\na,p,1\n",
        },
        "chunk 0 of a is in several folds with different label_nominal;",
    ),
    "no ARFF": ({"data.arff": "x,y\n1,2\n"}, r"data\.arff, line 1: expected a declaration or @DATA"),
    "no ARFF data": (
        {"data.arff": "@relation r\n@attribute x real\n"},
        r"data\.arff is not an ARFF file: it has no @DATA line",
    ),
    "no ARFF attributes": ({"data.arff": "@relation r\n@data\n1\n"}, r"data\.arff has no features"),
    "an ARFF attribute without name": (
        {"data.arff": "@attribute '' real\n@data\n1\n"},
        r"data\.arff: column 1 has no name",
    ),
    "an ARFF attribute without type": (
        {"data.arff": "@attribute\tx\n@data\n1\n"},
        r"data\.arff, line 1: expected a name, in quotes if necessary, and a type after @ATTRIBUTE",
    ),
    # With liac-arff, this took 2**30 steps.
    "an ARFF label with a space": (
        {"data.arff": "@attribute label_nominal {" + "l," * 30 + "clock tick}\n@attribute x real\n@data\nl,1\n"},
        r"data\.arff, line 1: values with spaces, quotes or braces must be quoted: 'clock tick'",
    ),
    "an ARFF list without end": (
        {"data.arff": "@attribute label_nominal {" + "l," * 50_000 + "\n@data\n"},
        r"data\.arff, line 1: the type of an attribute must be NUMERIC, ",
    ),
    "an open ARFF quote": (
        {"data.arff": ATTRIBUTES + "'" + "\\\\" * 50_000 + ",1\n"},
        r"data\.arff, line 5: values with spaces, quotes or braces must be quoted",
    ),
    "an ARFF escape": (
        {"data.arff": ATTRIBUTES + "'C:\\audio',1\n"},
        r"data\.arff, line 5: invalid escape sequence \\a; write \\\\ for a backslash",
    ),
    "an ARFF character": ({"data.arff": ATTRIBUTES + "'\\ud800',1\n"}, r"data\.arff, line 5: 'utf-8' codec can't"),
    "sparse ARFF": (
        {"data.arff": ATTRIBUTES + "{0 a, 1 2}\n"},
        r"data\.arff, line 5: sparse ARFF is not supported",
    ),
    "an ARFF row": ({"data.arff": ATTRIBUTES + "a,1\nb\n"}, r"data\.arff, line 6: 1 values for 2 attributes"),
    "an ARFF value": (
        {"data.arff": ATTRIBUTES + "a,1\nb,two\n"},
        r"data\.arff, line 6: column 'x' contains 'two', not a number",
    ),
    "an ARFF value with an underscore": (
        {"data.arff": ATTRIBUTES + "a_b,1\nb,1_0\n"},
        r"data\.arff, line 6: column 'x' contains '1_0', not a number",
    ),
    "an ARFF date": (
        {"data.arff": "@relation r\n@attribute x date\n@data\n"},
        r"data\.arff, line 2: the type of an attribute must be NUMERIC, ",
    ),
    "an ARFF text": (
        {"data.arff": "@relation r\n@attribute who string\n@attribute x real\n@data\na,1\n"},
        "attribute 'who' is STRING, not numeric",
    ),
    "an ARFF class": (
        {"data.arff": "@relation r\n@attribute class {a, b}\n@attribute x real\n@data\na,1\n"},
        "attribute 'class' is nominal, not numeric",
    ),
    "an ARFF label": (
        {"data.arff": "@relation r\n@attribute label_nominal {a, b}\n@attribute x real\n@data\nc,1\n"},
        r"data\.arff, line 5: attribute 'label_nominal' has the value 'c', which is not declared",
    ),
    "an ARFF attribute twice": (
        {"data.arff": "@relation r\n@attribute x real\n@attribute x real\n@data\n1,1\n"},
        r"data\.arff: 2 columns are named 'x'; names must be unique",
    ),
    "no record": (
        {"data.csv": "x\n1\n", "data.audeep.json": "[]"},
        r"data\.audeep\.json is not a valid export record",
    ),
    "a record that is no text": (
        {"data.csv": "x\n1\n", "data.audeep.json": "[" * 100_000},
        "is not a valid export record",
    ),
    "a record of texts": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"time": "1"}}'},
        r"is not a valid export record \(invalid feature_sizes\); remove it",
    ),
    "a record of negative sizes": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"time": -1, "freq": -1}}'},
        r"is not a valid export record \(invalid feature_sizes\)",
    ),
    "a record with a dimension of ours": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"fold": 1}}'},
        r"is not a valid export record \(invalid feature_sizes\)",
    ),
    "a record whose product overflows": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"a": 4611686018427387905, "b": 4}}'},
        "lists 18446744073709551620 features, but the tables have 1",
    ),
    "a record of a wrong label map": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"a": 1}, "label_map": [["owl", 1]]}'},
        r"is not a valid export record \(invalid label_map\)",
    ),
    "a record of wrong attributes": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"a": 1}, "attributes": {"by": {"me": 1}}}'},
        r"is not a valid export record \(attribute by is not a string, a number, or a list of these\)",
    ),
    "a record of wrong JSON": (
        {
            "data.csv": "x\n1\n",
            "data.audeep.json": '{"feature_sizes": {"a": 1}, "attributes": {"spectrograms": "{"}}',
        },
        r"is not a valid export record \(attribute spectrograms is not a JSON object",
    ),
    "another record": (
        {"data.csv": "x\n1\n", "data.audeep.json": '{"feature_sizes": {"time": 2, "freq": 3}}'},
        "lists 6 features, but the tables have 1; remove it",
    ),
}


@pytest.mark.parametrize(("files", "problem"), WRONG.values(), ids=WRONG.keys())
def test_wrong_files(files: dict[str, str], problem: str, tmp_path: Path) -> None:
    basedir = write(tmp_path, files)
    basedir.mkdir(exist_ok=True)
    with pytest.raises(DataError, match=problem) as caught:
        import_tables(basedir, "data", tmp_path / "out.nc")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [basedir]


@pytest.mark.parametrize("suffix", [".csv", ".arff"])
@pytest.mark.parametrize(
    "content", ["filename,x\ncafé,1\n".encode("latin-1"), gzip.compress(b"x\n1\n")], ids=["Latin-1", "binary"]
)
def test_another_encoding(suffix: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / f"data{suffix}").write_bytes(content)
    with pytest.raises(DataError, match=r"is not UTF-8 text \(it contains byte 0x..\); convert it"):
        import_tables(tmp_path, "data", tmp_path / "out.nc")


@pytest.mark.parametrize("name", ["../data.csv", "fold_1/data", "/data.csv", "..", "", "a\0b"])
def test_a_name_that_leads_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"`name`: .* is not a file name; give the folder with `basedir`"):
        import_tables(write(tmp_path, {"data.csv": "x\n1\n"}), name, tmp_path / "out.nc")


def test_no_base_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no folder .*none"):
        import_tables(tmp_path / "none", "data", tmp_path / "out.nc")


def test_a_column_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no column 'clas' \(`label_nominal_attribute`\).*x, class"):
        read(tmp_path, {"data.csv": "x,class\n1,a\n"}, label_nominal_attribute="clas")


def test_one_column_for_two_things() -> None:
    with pytest.raises(OptionError, match="`filename_attribute`: 'chunk_nr' is used for two attributes"):
        AttributeNames(filename_attribute="chunk_nr")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    basedir = write(tmp_path, {"data.csv": "x\n1\n"})
    with pytest.raises(AudeepError, match=r"cannot write .*out\.nc"):
        import_tables(basedir, "data", basedir / "data.csv" / "out.nc")


def test_a_label_that_was_edited_renews_the_label_map(tmp_path: Path) -> None:
    files = {
        "data.csv": "label_nominal,label_numeric,x\nowl,0,1\nauk,1,2\n",
        "data.audeep.json": '{"feature_sizes": {"freq": 1}, "label_map": {"owl": 0}}',
    }
    data_set = read(tmp_path, files)
    assert data_set.feature_dims == ("freq",)
    assert data_set.label_map == {"auk": 1, "owl": 0}
