# What the sample scripts share. A script sets the variables below and calls `experiment`.
#
#   NAME         of the data set; results go to the folder output/NAME, or to the second argument of the script
#   PREPROCESS   options of `audeep preprocess` that all variants share
#   VARIANTS     lines "name: options": one autoencoder is trained on each, and their representations are fused
#   TRAIN        options of `audeep t-rae train`
#   EVALUATE     options of `audeep mlp evaluate` and `audeep svm evaluate` that say what is evaluated
#
# A script that is started again goes on where it stopped: a step whose result is there is left out, and a training
# goes on from its last epoch.

set -euo pipefail

MLP="--num-layers 2 --num-units 150 --num-epochs 400 --keep-prob 0.6 --shuffle --repeat 5"
SVM="--complexity 0.001"
SEED=${SEED:-1}

# step RESULT COMMAND...: run a command unless its result is there.
step() {
    local result=$1
    shift
    if [ -e "$result" ]; then
        echo "have $result"
    else
        echo "\$ $*"
        "$@"
    fi
}

# fetch_git URL COMMIT FOLDER: get a repository as it was at a commit.
fetch_git() {
    step "$3" sh -c 'git clone "$1" "$3.part" && git -C "$3.part" checkout --quiet "$2" && mv "$3.part" "$3"' \
        fetch "$1" "$2" "$3"
}

# fetch_archives FOLDER URL...: get archives and unpack them all into a folder.
fetch_archives() {
    local folder=$1 archive
    shift
    [ -e "$folder" ] && return
    mkdir -p "$folder.part"
    for url in "$@"; do
        archive="$folder.part/$(basename "$url")"
        wget --continue --output-document "$archive" "$url"
        case "$archive" in
            *.zip) unzip -q -o "$archive" -d "$folder.part" ;;
            *) tar -xf "$archive" -C "$folder.part" ;;
        esac
        rm "$archive"
    done
    mv "$folder.part" "$folder"
}

# prepare SPECTROGRAMS: change a data set of spectrograms before the training; a script may define its own.
prepare() { :; }

# train_variant NAME OPTIONS: from recordings to the representations of one variant.
train_variant() {
    local spectrograms=$OUT/$1/spectrograms.nc run=$OUT/$1/t-rae
    # shellcheck disable=SC2086 # options are several words
    step "$spectrograms" audeep preprocess --basedir "$DATA" $PREPROCESS $2 --output "$spectrograms"
    prepare "$spectrograms"
    if [ ! -e "$OUT/$1/representations.nc" ]; then
        local continue=""
        compgen -G "$run/logs/model-*.index" >/dev/null && continue=--continue
        audeep t-rae train --input "$spectrograms" --run-name "$run" --num-layers 2 --num-units 256 \
            --learning-rate 0.001 --keep-prob 0.8 --checkpoints-to-keep 2 --seed "$SEED" $TRAIN $continue
    fi
    step "$OUT/$1/representations.nc" audeep t-rae generate --model-dir "$run/logs" --input "$spectrograms" \
        --output "$OUT/$1/representations.nc"
}

# evaluate NAME: add a line for each classifier to the results.
evaluate() {
    local classifier options score
    for classifier in mlp svm; do
        grep -q "^$1,$classifier," "$OUT/results.csv" && continue
        [ $classifier = mlp ] && options=$MLP || options=$SVM
        # shellcheck disable=SC2086
        score=$(audeep -q $classifier evaluate --input "$OUT/$1/representations.nc" $EVALUATE $options --seed "$SEED")
        echo "$1,$classifier,$score" >>"$OUT/results.csv"
    done
}

# experiment FOLDER [OUTPUT]: do all of it; FOLDER holds the data.
experiment() {
    DATA=$1 OUT=${2:-output/$NAME}
    local names=() variant options
    mkdir -p "$OUT"
    [ -e "$OUT/results.csv" ] || echo "variant,classifier,accuracy,uar" >"$OUT/results.csv"
    while IFS=: read -r variant options; do
        [ -n "$variant" ] || continue
        train_variant "$variant" "$options"
        evaluate "$variant"
        names+=("$OUT/$variant/representations.nc")
    done <<<"$VARIANTS"
    mkdir -p "$OUT/fused"
    step "$OUT/fused/representations.nc" audeep fuse --input "${names[@]}" --output "$OUT/fused/representations.nc"
    evaluate fused
    echo
    awk -F, '{ printf "%-12s %-10s %8s %8s\n", $1, $2, $3, $4 }' "$OUT/results.csv"
    echo
    echo "The results are in $OUT/results.csv"
}
