#!/usr/bin/env bash
# Music genres, 1,000 recordings of 10 classes, in 5 random stratified folds.
#
#   samples/gtzan.sh DATA [OUTPUT]
#
# DATA contains a folder for each genre. The original address of GTZAN, opihi.cs.uvic.ca, has been dead since 2022
# (github.com/mir-dataset-loaders/mirdata/issues/549). There are copies, which may be incomplete or disappear, too:
#   https://huggingface.co/datasets/marsyas/gtzan (data/genres.tar.gz, 1.2 GB; unpack it, and give its folder genres)
#   https://www.kaggle.com/datasets/andradaolteanu/gtzan-dataset-music-genre-classification (its genres_original)
# In some copies, jazz.00054.wav is damaged; unreadable recordings are left out, with a warning.

# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=gtzan
PREPROCESS="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 320 --fixed-length 31
    --chunk-length 2 --chunk-count 15 --on-error skip"
VARIANTS="
below-30: --clip-below -30
below-45: --clip-below -45
below-60: --clip-below -60
below-75: --clip-below -75
unclipped:"
TRAIN="--bidirectional-encoder --num-epochs 40 --batch-size 512"
EVALUATE="--cross-validate --majority-vote"

# The parser expects a partition above the folders of classes; links put them into one.
arrange() {
    local genre
    mkdir -p "$OUT/data/train"
    for genre in "$DATA"/*/; do
        ln -sfn "${genre%/}" "$OUT/data/train/$(basename "$genre")"
    done
    DATA=$OUT/data
}

# All variants have the same folds, because they share the seed.
prepare() {
    [ -e "$1.folds" ] && return
    run audeep modify --input "$1" --remove-partitioning --add-cv-setup 5 --seed "$SEED" --output "$1.new"
    run mv "$1.new" "$1"
    touch "$1.folds"
}

if [ $# -eq 0 ]; then
    usage >&2
    exit 2
fi
experiment "$@"
