#!/usr/bin/env bash
# Environmental sounds, 400 recordings of 10 classes in 5 folds: networks that learn from labels, beside classifiers
# of vectors that were learned without.
#
#   samples/esc-10-supervised.sh [DATA [OUTPUT]]
#
# DATA contains ESC-10 in either of its layouts; without it, the data set is downloaded with git to ./ESC-10.
# The vectors are those of a dictionary. Some networks begin with an encoder, which learned from all recordings
# without their labels.

# shellcheck disable=SC2086 # options are several words
# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=esc-10-supervised
PREPROCESS="--fixed-length 5"
SPECTROGRAMS="--window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 --reference full-scale --scale none"
COARSE="--window-width 0.2 --window-overlap 0.1 --mel-spectrum 64 --reference full-scale --scale none"
PAPER="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 --clip-below -45"
WAVEFORMS="--waveform --sample-rate 16000"
VARIANTS="
spectrograms: $SPECTROGRAMS
coarse: $COARSE
paper: $PAPER
waveforms: $WAVEFORMS"
TRAIN="--num-layers 2 --num-units 256 --bidirectional-decoder --num-epochs 64 --batch-size 64"
NETWORK=${TRIAL:+--num-epochs 2}
# At least as many as vertical-horizontal has shapes.
FILTERS=${TRIAL:+--num-filters 9}
EVALUATE="--cross-validate"

if [ $# -eq 0 ]; then
    fetch_git https://github.com/karoldvl/ESC-10.git 553c8f1743b9dba6b282e1323c3ca8fa76923448 ESC-10
    set -- ESC-10
fi
begin "$@"
[ -e "$OUT/results.csv" ] || echo "classifier,accuracy,uar" >"$OUT/results.csv"

# score NAME DATA CLASSIFIER OPTIONS...: append the scores of a classifier to the results.
score() {
    local name=$1 data=$OUT/$2.nc classifier=$3 scores
    shift 3
    grep -q "^$name," "$OUT/results.csv" && return
    scores=$(run audeep -q "$classifier" evaluate --input "$data" $EVALUATE "$@" --seed "$SEED")
    echo "$name,$scores" >>"$OUT/results.csv"
}

# learn KIND DATA OPTIONS...: train a model without labels.
learn() {
    local kind=$1 data=$OUT/$2.nc folder=$OUT/$1 continue=""
    shift 2
    [ -e "$folder/learned" ] && return
    compgen -G "$folder/logs/model-*.index" >/dev/null && continue=--continue
    run audeep "$kind" train --input "$data" --run-name "$folder" --checkpoints-to-keep 1 --seed "$SEED" "$@" $continue
    mkdir -p "$folder"
    touch "$folder/learned"
}

step "$OUT/spectrograms.nc" audeep preprocess --basedir "$DATA" $PREPROCESS $SPECTROGRAMS \
    --output "$OUT/spectrograms.nc"
step "$OUT/coarse.nc" audeep preprocess --basedir "$DATA" $PREPROCESS $COARSE --output "$OUT/coarse.nc"
step "$OUT/paper.nc" audeep preprocess --basedir "$DATA" $PREPROCESS $PAPER --output "$OUT/paper.nc"
step "$OUT/waveforms.nc" audeep preprocess --basedir "$DATA" $PREPROCESS $WAVEFORMS --output "$OUT/waveforms.nc"
if [ ! -e "$OUT/vectors.nc" ]; then
    rm -rf "$OUT/dictionary"
    run audeep dictionary train --input "$OUT/spectrograms.nc" --run-name "$OUT/dictionary" --seed "$SEED"
    run audeep dictionary generate --model-dir "$OUT/dictionary/logs" --input "$OUT/spectrograms.nc" \
        --output "$OUT/vectors.nc"
fi
learn t-rae paper $TRAIN
learn contrastive spectrograms $NETWORK

score svm vectors svm --complexity auto
score mlp vectors mlp $MLP
score mlp-without-layers vectors mlp --num-layers 0
for front_end in small-rectangular vertical vertical-horizontal; do
    for back_end in average attention; do
        score "$front_end-$back_end" spectrograms cnn --front-end $front_end --back-end $back_end $FILTERS $NETWORK
    done
done
for front_end in sample-level frame-level frame-level-many; do
    score $front_end waveforms cnn --front-end $front_end $FILTERS $NETWORK
done
for model in t-rae contrastive; do
    [ $model = t-rae ] && data=paper || data=spectrograms
    score "$model-encoder-frozen" $data cnn --encoder "$OUT/$model/logs" --freeze --learning-rate 0.005 $NETWORK
    score "$model-encoder-fine-tuned" $data cnn --encoder "$OUT/$model/logs" --learning-rate 0.001 $NETWORK
done
# The time of an LSTM, and the number of its weights, grow with that of the frames.
score lstm coarse lstm $NETWORK
score gated-cnn spectrograms gated-cnn $NETWORK

echo
awk -F, '{ printf "%-32s %8s %8s\n", $1, $2, $3 }' "$OUT/results.csv"
echo
echo "The results are in $OUT/results.csv${TRIAL:+. This was a trial, whose numbers mean nothing}"
