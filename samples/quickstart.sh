#!/bin/sh
# The main workflow, end to end, on a small generated data set.
#
#   samples/quickstart.sh
#
# Everything goes to ./quickstart, which is deleted first.

set -eu
case "${1:-}" in
    -h | --help)
        sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"
        exit
        ;;
esac
here=$(dirname "$0")
out=quickstart
rm -rf "$out"

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

run python "$here/make_sounds.py" $out/sounds
run audeep inspect raw --basedir $out/sounds
run audeep preprocess --basedir $out/sounds --mel-spectrum 64 --window-width 0.08 --window-overlap 0.04 \
    --fixed-length 2 --clip-below -60 --output $out/spectrograms.nc
run audeep preprocess --basedir $out/sounds --mel-spectrum 64 --window-width 0.08 --window-overlap 0.04 \
    --fixed-length 2 --clip-below -60 --pretend 0 --plot $out/spectrogram.png
run audeep t-rae train --input $out/spectrograms.nc --run-name $out/t-rae --num-epochs 30 --batch-size 16 \
    --learning-rate 0.002 --num-layers 1 --num-units 48 --bidirectional-decoder --seed 1
run audeep t-rae generate --model-dir $out/t-rae/logs --input $out/spectrograms.nc --output $out/representations.nc
run audeep svm evaluate --input $out/representations.nc --cross-validate --complexity 0.01 --seed 1
run audeep mlp evaluate --input $out/representations.nc --cross-validate --num-epochs 200 --seed 1 \
    --plot $out/confusion.png
# For comparison, a dictionary, learned from spectrograms that keep loudness.
run audeep preprocess --basedir $out/sounds --mel-spectrum 64 --window-width 0.046 --window-overlap 0.026 \
    --fixed-length 2 --reference full-scale --scale none --output $out/absolute.nc
run audeep dictionary train --input $out/absolute.nc --run-name $out/dictionary --seed 1
run audeep dictionary generate --model-dir $out/dictionary/logs --input $out/absolute.nc --output $out/dictionary.nc
run audeep compare --input $out/representations.nc $out/dictionary.nc --names t-rae dictionary \
    --cross-validate --seed 1 --plot $out/comparison.png
run audeep export --input $out/representations.nc --format csv --output $out/csv

cat <<END

Done. The folder $out contains:
  sounds/              the recordings, four classes in four folds
  spectrogram.png      the spectrogram of one of them
  spectrograms.nc      all spectrograms, with labels and folds
  t-rae/logs/          the trained models: tensorboard --logdir $out/t-rae/logs
  representations.nc   one vector for each recording
  confusion.png        what the classifier mixes up
  dictionary.nc        one vector for each recording, from a dictionary of kernels
  comparison.png       which of the two kinds of vectors separates the classes better
  csv/                 the vectors as CSV, by fold
END
