#!/usr/bin/env bash
# Acoustic scenes, 4,680 stereo recordings of 15 classes in 4 folds.
#
#   samples/tut-as-2017.sh [DATA [OUTPUT]]
#
# DATA contains the development set of TUT Acoustic Scenes 2017 (audio/, evaluation_setup/, meta.txt); without it, the
# data set is downloaded with wget to ./TUT-acoustic-scenes-2017.

# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=tut-as-2017
PREPROCESS="--window-width 0.16 --window-overlap 0.08 --mel-spectrum 320"
VARIANTS="
mean: --channels mean
diff: --channels diff
left: --channels left
right: --channels right"
TRAIN="--bidirectional-decoder --num-epochs 40 --batch-size 512"
EVALUATE="--cross-validate"

if [ $# -eq 0 ]; then
    base=https://zenodo.org/record/400515/files/TUT-acoustic-scenes-2017-development
    fetch_archives TUT-acoustic-scenes-2017 "$base.meta.zip" "$base".audio.{1,2,3,4,5,6,7,8,9,10}.zip
    set -- TUT-acoustic-scenes-2017/TUT-acoustic-scenes-2017-development
fi
experiment "$@"
