#!/usr/bin/env bash
# Environmental sounds, 400 recordings of 10 classes in 5 folds.
#
#   samples/esc-10.sh [DATA [OUTPUT]]
#
# DATA contains ESC-10 in either of its layouts; without it, the data set is downloaded with git to ./ESC-10.

# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=esc-10
PREPROCESS="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 --fixed-length 5 --center-fixed"
VARIANTS="
below-30: --clip-below -30
below-45: --clip-below -45
below-60: --clip-below -60
below-75: --clip-below -75"
TRAIN="--bidirectional-decoder --num-epochs 64 --batch-size 64"
EVALUATE="--cross-validate"

if [ $# -eq 0 ]; then
    fetch_git https://github.com/karoldvl/ESC-10.git 553c8f1743b9dba6b282e1323c3ca8fa76923448 ESC-10
    set -- ESC-10
fi
experiment "$@"
