#!/usr/bin/env bash
# Environmental sounds, 400 recordings of 10 classes in 5 folds: comparison of vectors learned in all ways.
#
#   samples/esc-10-vectors.sh [DATA [OUTPUT]]
#
# DATA contains ESC-10 in either of its layouts; without it, the data set is downloaded with git to ./ESC-10.
# The accuracies are those of a linear SVM with automatic complexity; accuracies.png shows them.

# shellcheck disable=SC2086 # options are several words
# shellcheck source=samples/common.sh
. "$(dirname "$0")/common.sh"

NAME=esc-10-vectors
PREPROCESS="--fixed-length 5"
PAPER="--window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 --clip-below -45"
ABSOLUTE="--window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 --reference full-scale --scale none"
VARIANTS="
t-rae: $PAPER
others: $ABSOLUTE"
TRAIN="--bidirectional-decoder --num-epochs 64 --batch-size 64"
CONTRASTIVE=${TRIAL:+--num-epochs 2}
EVALUATE="--cross-validate --complexity auto"

if [ $# -eq 0 ]; then
    fetch_git https://github.com/karoldvl/ESC-10.git 553c8f1743b9dba6b282e1323c3ca8fa76923448 ESC-10
    set -- ESC-10
fi
begin "$@"
touch "$OUT/results.csv"

# learn NAME KIND OPTIONS...: train a model on the absolute levels, and generate vectors.
learn() {
    local folder=$OUT/$1 kind=$2 continue=""
    shift 2
    if [ ! -e "$folder/learned" ]; then
        if [ "$kind" = dictionary ]; then
            rm -rf "$folder/logs"
        elif compgen -G "$folder/logs/model-*.index" >/dev/null; then
            continue=--continue
        fi
        run audeep "$kind" train --input "$OUT/absolute.nc" --run-name "$folder" --seed "$SEED" "$@" $continue
        mkdir -p "$folder"
        touch "$folder/learned"
    fi
    step "$folder/representations.nc" audeep "$kind" generate --model-dir "$folder/logs" --input "$OUT/absolute.nc" \
        --output "$folder/representations.nc"
}

train_variant t-rae "$PAPER"
step "$OUT/absolute.nc" audeep preprocess --basedir "$DATA" $PREPROCESS $ABSOLUTE --output "$OUT/absolute.nc"
pooled=$OUT/t-rae-pooled/representations.nc
step "$pooled" audeep t-rae generate --model-dir "$OUT/t-rae/t-rae/logs" --input "$OUT/t-rae/spectrograms.nc" \
    --pooling mean-std --layers 1 --output "$pooled"
for kernels in pca k-means random; do
    learn "dictionary-$kernels" dictionary --kernels "$kernels"
done
learn contrastive contrastive $CONTRASTIVE
both=$OUT/dictionary-contrastive/representations.nc
step "$both" audeep fuse --input "$OUT/dictionary-pca/representations.nc" "$OUT/contrastive/representations.nc" \
    --output "$both"

names=(t-rae t-rae-pooled dictionary-pca dictionary-k-means dictionary-random contrastive dictionary-contrastive)
inputs=("${names[@]/#/$OUT/}")
if [ ! -s "$OUT/results.csv" ]; then
    run audeep compare --input "${inputs[@]/%//representations.nc}" --names "${names[@]}" $EVALUATE --seed "$SEED" \
        --plot "$OUT/accuracies.png" -f csv --quote none --column name --column size --column accuracy \
        --column accuracy_low --column accuracy_high --column difference --column p_value >"$OUT/results.csv.part"
    mv "$OUT/results.csv.part" "$OUT/results.csv"
fi
echo
awk -F, '
    NR == 1 { printf "%-24s %6s %9s %17s %11s %9s\n", "vectors", "size", "accuracy", "95 % interval", "difference", "p-value"; next }
    { printf "%-24s %6d %7.1f %% %7.1f to %4.1f %% ", $1, $2, 100 * $3, 100 * $4, 100 * $5 }
    { if (NR == 2) print ""; else printf "%+11.1f %9.2g\n", 100 * $6, $7 }' "$OUT/results.csv"
echo
echo "The results are in $OUT/results.csv and $OUT/accuracies.png${TRIAL:+. This was a trial, whose numbers mean nothing}"
