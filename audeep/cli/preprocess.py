"""The command that extracts spectrograms."""

import argparse
from pathlib import Path

from audeep.backend.errors import OptionError
from audeep.backend.spectrograms.config import ON_ERROR, SpectrogramConfig
from audeep.cli.command import LOG, Command
from audeep.cli.options import add_basedir_and_parser, add_config, add_output, add_plot, config_from


class Preprocess(Command):
    """Extract spectrograms from a folder of recordings.

    Reads every recording below the base folder, in any format that libsndfile knows (WAV, FLAC, OGG,
    MP3, ...), and writes one netCDF file that holds the spectrograms with the labels, cross-validation
    folds and partitions that the folder tells of. All spectrograms must come out equally long: see
    --fixed-length and --chunk-length.
    """

    epilog = """\
examples:
  look at one recording before choosing parameters:
    audeep preprocess --basedir ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --pretend 10
  extract all:
    audeep preprocess --basedir ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --clip-below -60 --output spectrograms/esc-10.nc
  extract all on a cluster, and leave out recordings that are damaged:
    audeep preprocess --basedir /shared/ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --scheduler tcp://192.168.0.1:8786 --on-error skip"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_basedir_and_parser(parser)
        add_output(parser, "data set to write, netCDF (default: %(default)s)", default=Path("spectrograms.nc"))
        add_config(parser, SpectrogramConfig)
        parser.add_argument(
            "--on-error",
            choices=ON_ERROR,
            default=ON_ERROR[0],
            help="what to do about recordings that cannot be used because they are damaged, empty or too short: "
            "fail, which the headers decide before anything is extracted, or skip them, which lists them at the "
            "end and in the data set (default: %(default)s)",
        )
        parser.add_argument(
            "--jobs",
            type=int,
            metavar="N",
            help="recordings to work on at once (default: one for each processor)",
        )
        parser.add_argument(
            "--scheduler",
            metavar="ADDRESS",
            help="work on the machines of a Dask cluster instead of this one. On each of them auDeep must be "
            "installed, with pip install 'audeep[dask]', and the recordings must be readable under the same path. "
            "Run 'dask scheduler' on one machine; it prints ADDRESS, such as tcp://192.168.0.1:8786. Then run "
            "'dask worker ADDRESS' on all machines that shall work, this one or others",
        )
        parser.add_argument(
            "--pretend",
            type=int,
            metavar="INDEX",
            help="write no data set, but show the spectrogram of the recording at this index (from 0) and a "
            "histogram of its levels, in a window or with --plot in a file",
        )
        add_plot(parser, "what --pretend shows")

    def take_action(self, args: argparse.Namespace) -> None:
        """Extract all spectrograms, or show one."""
        from audeep.backend.spectrograms import preprocess

        config = config_from(args, SpectrogramConfig)
        preprocess.check_options(args.on_error, args.jobs, args.scheduler)
        if args.plot is not None and args.pretend is None:
            raise OptionError("--plot shows what --pretend shows; give both, or neither")
        if args.pretend is not None:
            self.show(args, config)
            return
        data_set = preprocess.preprocess(
            args.basedir,
            args.output,
            config,
            parser=args.parser,
            on_error=args.on_error,
            jobs=args.jobs,
            scheduler=args.scheduler,
        )
        frames, bands = data_set.feature_shape
        LOG.info(
            "wrote %d spectrograms of %d windows x %d bands to %s",
            data_set.num_instances,
            frames,
            bands,
            args.output,
        )

    def show(self, args: argparse.Namespace, config: SpectrogramConfig) -> None:
        """Draw the spectrogram of one recording."""
        from audeep.backend.spectrograms.plotting import plot_preview
        from audeep.backend.spectrograms.preprocess import preview
        from audeep.cli.plots import figure

        filename, decibels, extractor = preview(args.basedir, args.pretend, config, parser=args.parser)
        with figure(args.plot) as picture:
            plot_preview(picture, filename, decibels, extractor)
        LOG.info("recording %d is %s", args.pretend, filename)
        if args.plot is not None:
            LOG.info("wrote %s", args.plot)
