#!/usr/bin/env bash
# Music genres, 1,000 recordings of 10 classes; 5 random stratified folds are made.
#
#   samples/gtzan.sh [DATA [OUTPUT]]
#
# DATA holds a folder for each genre; without it, the data set is fetched with wget into ./GTZAN.
. "$(dirname "$0")/common.sh"

NAME=gtzan
PREPROCESS="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 320 --fixed-length 31
    --chunk-length 2 --chunk-count 15"
VARIANTS="
below-30: --clip-below -30
below-45: --clip-below -45
below-60: --clip-below -60
below-75: --clip-below -75
unclipped:"
TRAIN="--bidirectional-encoder --num-epochs 40 --batch-size 512"
EVALUATE="--cross-validate --majority-vote"

# All variants get the same folds, since they share the seed.
prepare() {
    [ -e "$1.folds" ] && return
    audeep modify --input "$1" --remove-partitioning --add-cv-setup 5 --seed "$SEED" --output "$1.new"
    mv "$1.new" "$1"
    touch "$1.folds"
}

if [ $# -eq 0 ]; then
    fetch_archives GTZAN http://opihi.cs.uvic.ca/sound/genres.tar.gz
    set -- GTZAN/genres
fi
# Folders of classes are read as a partition; the link gives them the name of one.
links=${2:-output/$NAME}/data
mkdir -p "$links"
ln -sfn "$(cd "$1" && pwd)" "$links/train"
experiment "$links" "${2:-output/$NAME}"
