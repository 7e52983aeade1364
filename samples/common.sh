# shellcheck shell=bash disable=SC2034,SC2086 # options are several words
# Functions shared by the sample scripts. A script sets the variables below and calls `experiment`.
#
#   NAME         of the data set
#   PREPROCESS   options of `audeep preprocess` that all variants share
#   VARIANTS     lines "name: options": an autoencoder is trained on each, and the representations are fused
#   TRAIN        options of `audeep t-rae train`
#   EVALUATE     options of `audeep mlp evaluate` and `audeep svm evaluate` that say how to evaluate
#
# A script that is started again continues where it stopped: steps whose results exist are skipped, and training
# continues from its last epoch.

# Other shells, such as the sh of Debian, start bash.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail

MLP="--num-layers 2 --num-units 150 --num-epochs 400 --keep-prob 0.6 --shuffle --repeat 5"
SVM="--complexity 0.001"
SEED=${SEED:-1}
TRIAL=${TRIAL:-}

# usage: print the comment at the top of the script, and the help shared by all scripts.
usage() {
    sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"
    cat <<'END'

Results go to OUTPUT, by default output/NAME-seed-SEED, with a table in results.csv. If started again, the script
continues where it stopped.

Environment:
  SEED=N     random seed (default: 1)
  TRIAL=1    check in a few minutes that all steps work: two variants, a small autoencoder, two epochs; the results
             are meaningless, and go to output/NAME-seed-SEED-trial
END
}

case "${1:-}" in
    -h | --help)
        usage
        exit
        ;;
esac

# run COMMAND...: print a command, such that it can be copied, and run it.
run() {
    {
        printf '\n$'
        printf ' %q' "$@"
        printf '\n'
    } >&2
    "$@"
}

# step RESULT COMMAND...: run a command unless its result exists.
step() {
    local result=$1
    shift
    if [ -e "$result" ]; then
        echo "found $result"
    else
        run "$@"
    fi
}

# fetch_git URL COMMIT FOLDER: clone a repository and check out a commit.
fetch_git() {
    [ -e "$3" ] && return
    run rm -rf "$3.part"
    run git clone "$1" "$3.part"
    run git -C "$3.part" checkout --quiet "$2"
    run mv "$3.part" "$3"
}

# fetch_archives FOLDER URL...: download archives and unpack them into a folder.
fetch_archives() {
    local folder=$1 archive
    shift
    [ -e "$folder" ] && return
    run mkdir -p "$folder.part"
    for url in "$@"; do
        archive="$folder.part/$(basename "$url")"
        run wget --continue --output-document "$archive" "$url"
        case "$archive" in
            *.zip) run unzip -q -o "$archive" -d "$folder.part" ;;
            *) run tar -xf "$archive" -C "$folder.part" ;;
        esac
        run rm "$archive"
    done
    run mv "$folder.part" "$folder"
}

# arrange: rearrange the recordings as links below $OUT, and set DATA; a script may define its own.
arrange() { :; }

# prepare SPECTROGRAMS: change a data set of spectrograms before training; a script may define its own.
prepare() { :; }

# begin DATA [OUTPUT]: set DATA and OUT, and refuse an output folder with results of other settings.
begin() {
    if [ ! -d "$1" ]; then
        echo "$0: there is no folder $1" >&2
        exit 2
    fi
    DATA=$(cd "$1" && pwd) OUT=${2:-output/$NAME-seed-$SEED${TRIAL:+-trial}}
    if [ -n "$TRIAL" ]; then
        TRAIN="$TRAIN --num-layers 1 --num-units 32 --num-epochs 2"
        MLP="--num-layers 1 --num-units 50 --num-epochs 20"
        VARIANTS=$(grep . <<<"$VARIANTS" | head -n 2)
    fi
    local settings
    settings=$(printf '%s\n' "data: $DATA" "seed: $SEED" "preprocess:" $PREPROCESS "variants:" "$VARIANTS" \
        "train:" $TRAIN "mlp:" $MLP "svm:" $SVM "evaluate:" $EVALUATE)
    mkdir -p "$OUT"
    if [ -e "$OUT/results.csv" ] && ! diff "$OUT/settings.txt" - <<<"$settings" >&2; then
        echo "$0: $OUT contains results of other settings (marked < above); remove it, or choose another OUTPUT" >&2
        exit 1
    fi
    echo "$settings" >"$OUT/settings.txt"
}

# train_variant NAME OPTIONS: from recordings to the representations of one variant.
train_variant() {
    local spectrograms=$OUT/$1/spectrograms.nc run=$OUT/$1/t-rae
    step "$spectrograms" audeep preprocess --basedir "$DATA" $PREPROCESS $2 --output "$spectrograms"
    prepare "$spectrograms"
    if [ ! -e "$OUT/$1/representations.nc" ]; then
        local continue=""
        compgen -G "$run/logs/model-*.index" >/dev/null && continue=--continue
        run audeep t-rae train --input "$spectrograms" --run-name "$run" --num-layers 2 --num-units 256 \
            --learning-rate 0.001 --keep-prob 0.8 --checkpoints-to-keep 2 --seed "$SEED" $TRAIN $continue
    fi
    step "$OUT/$1/representations.nc" audeep t-rae generate --model-dir "$run/logs" --input "$spectrograms" \
        --output "$OUT/$1/representations.nc"
}

# evaluate NAME: append a line for each classifier to the results.
evaluate() {
    local classifier options score
    for classifier in mlp svm; do
        grep -q "^$1,$classifier," "$OUT/results.csv" && continue
        [ $classifier = mlp ] && options=$MLP || options=$SVM
        score=$(run audeep -q $classifier evaluate --input "$OUT/$1/representations.nc" $EVALUATE $options \
            --seed "$SEED")
        echo "$1,$classifier,$score" >>"$OUT/results.csv"
    done
}

# show_results: print the results, followed by their means over the variants.
show_results() {
    awk -F, '
        { printf "%-12s %-10s %8s %8s\n", $1, $2, $3, $4 }
        NR > 1 && $1 != "fused" { count[$2]++; accuracy[$2] += $3; uar[$2] += $4 }
        END {
            for (number = split("mlp svm", names, " "); number; number--) {
                name = names[3 - number]
                if (count[name])
                    printf "%-12s %-10s %8.4f %8.4f\n", "mean", name, accuracy[name] / count[name], uar[name] / count[name]
            }
        }' "$OUT/results.csv"
}

# experiment DATA [OUTPUT]: run the whole experiment; DATA is the folder of the recordings.
experiment() {
    local names=() variant options
    begin "$@"
    arrange
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
    show_results
    echo
    echo "The results are in $OUT/results.csv; means are over the variants${TRIAL:+. This was a trial, whose numbers mean nothing}"
}
