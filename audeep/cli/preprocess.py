"""Command that extracts spectrograms and waveforms."""

import argparse
from pathlib import Path

from audeep.backend.errors import OptionError
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.spectrograms.config import (
    ExtractionConfig,
    PreviewConfig,
    SpectrogramConfig,
    WaveformConfig,
    waveform_config,
)
from audeep.cli import tensorflow
from audeep.cli.command import LOG, Command
from audeep.cli.options import add_basedir_and_parser, add_config, add_output, add_plot, config_from, given


class Preprocess(Command):
    """Extract spectrograms from a folder of recordings.

    Reads every recording that the parser finds in the base folder or in a table, in any format that
    libsndfile supports (WAV, FLAC, OGG, MP3, ...), and writes one netCDF file with the spectrograms, labels,
    cross-validation folds and partitions. Recordings stay as long as they are, unless --fixed-length or
    --chunk-length is given. With --waveform, it writes the samples themselves instead of spectrograms.
    """

    epilog = """\
examples:
  look at one recording before choosing parameters:
    audeep preprocess --basedir ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --pretend 10
  extract all:
    audeep preprocess --basedir ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --clip-below -60 --output spectrograms/esc-10.nc
  recordings that a table lists, each channel by itself:
    audeep preprocess --basedir birds --table birds.csv --column label=species --channels EACH \\
        --fixed-length 5 --output birds.nc
  extract all on a cluster, skipping damaged recordings:
    audeep preprocess --basedir /shared/ESC-10 --window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 \\
        --fixed-length 5 --scheduler tcp://192.168.0.1:8786 --on-error skip
  extract new recordings for a model that is already trained:
    audeep preprocess --basedir new-recordings --like run/logs --output spectrograms/new.nc
  waveforms:
    audeep preprocess --basedir ESC-10 --waveform --sample-rate 16000 --fixed-length 5 --output waveforms.nc"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_basedir_and_parser(parser)
        add_output(parser, "data set to write, netCDF (default: %(default)s)", default=Path("spectrograms.nc"))
        parser.add_argument(
            "--like",
            type=Path,
            metavar="DIR",
            help="take all settings of spectrograms from the trained model in this folder; options that contradict "
            "them are refused",
        )
        parser.add_argument(
            "--waveform",
            action="store_true",
            help="write waveforms instead of spectrograms, for networks that learn from samples; options of "
            "spectrograms are refused",
        )
        add_config(parser, SpectrogramConfig)
        add_config(parser, ExtractionConfig)
        add_config(parser, PreviewConfig)
        add_plot(parser, "the plot of --pretend")

    def take_action(self, args: argparse.Namespace) -> None:
        """Extract all recordings, or show one."""
        from audeep.backend.spectrograms.preprocess import preprocess

        config, extraction = self.settings(args), config_from(args, ExtractionConfig)
        if args.plot is not None and args.pretend is None:
            raise OptionError("`plot` requires `pretend`")
        if args.pretend is not None:
            self.show(args, config)
            return
        data_set = preprocess(args.basedir, args.output, config, extraction, parser=config_from(args, ParserConfig))
        frames, *bands = data_set.feature_shape
        lengths = data_set.lengths
        size = frames if lengths is None else f"{lengths.min()} to {lengths.max()}"
        what = f"spectrograms of {size} windows x {bands[0]} bands" if bands else f"waveforms of {size} samples"
        LOG.info("wrote %d %s to %s", len(data_set), what, args.output)

    def settings(self, args: argparse.Namespace) -> WaveformConfig:
        """Return the settings of the spectrograms, those of a model with ``--like``, or of the waveforms."""
        options = given(args, SpectrogramConfig().to_dict())
        if args.waveform:
            return waveform_config(options | ({} if args.like is None else {"like": args.like}))
        if args.like is None:
            return config_from(args, SpectrogramConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.embedding.settings import settings_like

        return settings_like(args.like, options)

    def show(self, args: argparse.Namespace, config: WaveformConfig) -> None:
        """Draw the spectrogram or waveform of one recording."""
        from audeep.backend.spectrograms.preview import plot_preview, preview
        from audeep.cli.plots import figure

        filename, features, extractor = preview(
            args.basedir, args.pretend, config, parser=config_from(args, ParserConfig)
        )
        with figure(args.plot) as picture:
            plot_preview(picture, filename, features, extractor)
        LOG.info("recording %d is %s", args.pretend, filename)
