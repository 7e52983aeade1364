"""Every command that writes, on the material of these tests, into the folder OUT."""

from audeep.backend.atomic import PREFIX

WINDOWS = "--freq-window-width 3 --freq-window-overlap 1"

COMMANDS = {
    "preprocess": "preprocess --basedir data --mel-spectrum 8 --output OUT/o.nc",
    "fuse": "fuse --input s.nc s.nc --dimension time --output OUT/o.nc",
    "fuse chunks": "fuse chunks --input chunks.nc --output OUT/o.nc",
    "upsample": "upsample --input s.nc --output OUT/o.nc",
    "modify": "modify --input s.nc --add-cv-setup 3 --seed 1 --output OUT/o.nc",
    "export": "export --input v.nc --format arff --output OUT",
    "import": "import --basedir tables --name v --output OUT/o.nc",
    "svm train": "svm train --input v.nc --complexity 1 --seed 1 --output OUT/c",
    "svm predict": "svm predict --train-input v.nc --eval-input v.nc --complexity 1 --seed 1 --output OUT/o.tsv",
    "mlp predict": "mlp predict --train-input v.nc --eval-input v.nc --num-epochs 2 --seed 1 --output OUT/o.tsv",
    "svm evaluate": "svm evaluate --input v.nc --cross-validate --complexity 1 --seed 1 --plot OUT/o.png",
    "compare": "compare --input v.nc v.nc --cross-validate --complexity 1 --resamples 9 --seed 1 --plot OUT/o.png",
    "visualize tsne": "visualize tsne --input v.nc --perplexity 3 --seed 1 --plot OUT/o.png",
    "visualize map": "visualize map --input v.nc --projection PCA --seed 1 --output OUT/o.html",
}
#: Those that use a trained model, which takes seconds.
MODEL_COMMANDS = {
    "embed": "embed --model-dir model/logs data --output OUT/o.csv",
    "embed parquet": "embed --model-dir model/logs data --output OUT/o.parquet",
    "predict": "predict --classifier model/classifier data --output OUT/o.csv",
    "reconstruct": "reconstruct --model-dir model/logs --input model/s.nc --output OUT --instances 0 --audio "
    "--seed 1",
}
#: And those that write other bytes each time, such as the date.
EXPORTS = {
    "export-model keras": "export-model --model-dir model/logs --output OUT/m.keras",
    "export-model savedmodel": "export-model --model-dir model/logs --format savedmodel --output OUT/m",
    "export-model onnx": "export-model --model-dir model/logs --format onnx --output OUT/m.onnx",
}
#: One for each way of writing: a data set from recordings and from others, tables, a folder, a table, a picture.
WRITERS = ("preprocess", "modify", "export", "svm train", "svm predict", "svm evaluate")
GENERATE = {
    kind: f"{kind} generate --model-dir {kind}/logs --input s.nc --output OUT/o.nc"
    for kind in ("t-rae", "f-rae", "ft-rae", "dictionary")
}
#: Without --num-epochs.
TRAIN = {
    "t-rae": "t-rae train --num-units 3 --keep-prob 0.5 --encoder-noise 0.2",
    "f-rae": f"f-rae train --num-units 2 {WINDOWS}",
    "ft-rae": f"ft-rae train --num-f-units 2 --num-t-units 2 --num-t-layers 1 {WINDOWS}",
}
TRAIN = {kind: f"{line} --input s.nc --run-name OUT --batch-size 12 --seed 1" for kind, line in TRAIN.items()}
#: Learns without epochs.
FIT = {
    "dictionary": "dictionary train --kernel-shapes 3x3 --num-kernels 2 --input s.nc --run-name OUT --seed 1",
}


def is_unfinished(name: str) -> bool:
    """Tell whether a path, relative to the folder of the output, is known to be unfinished."""
    return PREFIX in name
