#!/usr/bin/env bash
# Environmental sounds, 2,000 recordings of 50 classes in 5 folds.
#
#   samples/esc-50.sh [DATA [OUTPUT]]
#
# DATA contains ESC-50 in either of its layouts; without it, the data set is downloaded with git to ./ESC-50.

# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=esc-50
PREPROCESS="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 --fixed-length 5 --center-fixed"
VARIANTS="
below-30: --clip-below -30
below-45: --clip-below -45
below-60: --clip-below -60
below-75: --clip-below -75"
TRAIN="--bidirectional-encoder --num-epochs 64 --batch-size 64"
EVALUATE="--cross-validate"

if [ $# -eq 0 ]; then
    fetch_git https://github.com/karoldvl/ESC-50.git master ESC-50
    set -- ESC-50
fi
experiment "$@"
