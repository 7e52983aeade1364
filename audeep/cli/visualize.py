"""Commands that draw data sets."""

import argparse

from audeep.backend.seeds import SeedConfig
from audeep.backend.visualization.config import MapConfig, TSNEConfig
from audeep.cli.command import Command
from audeep.cli.options import add_basedir_and_parser, add_config, add_input, add_output, add_plot, config_from


class VisualizeTSNE(Command):
    """Draw the vectors of a data set as points, similar ones close together.

    t-SNE places instances with similar vectors close together in the plane. If instances of the same class
    form groups, the vectors separate the classes well. Only the neighbours of a point are meaningful, not the
    distances between groups. Unlabelled instances are grey. Outliers are drawn at the border, with a black
    edge, and counted.
    """

    epilog = """\
examples:
  in a window:
    audeep visualize tsne --input representations.nc
  to a file, reproducibly:
    audeep visualize tsne --input representations.nc --perplexity 30 --seed 1 --plot points.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "vectors, such as those written by t-rae generate")
        add_config(parser, TSNEConfig)
        add_config(parser, SeedConfig)
        add_plot(parser, "the plot")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the plot."""
        config = config_from(args, TSNEConfig)
        from audeep.backend.visualization.tsne import plot_tsne
        from audeep.cli.plots import figure

        # The figure comes first, so that a file that cannot be written is refused before the work.
        with figure(args.plot) as picture:
            plot_tsne(picture, args.input, config, seed=args.seed)


class VisualizeMap(Command):
    """Write a page that shows recordings as points to look at, listen to and search.

    The page opens in any browser, without a server or network. Similar recordings are close together, and
    each label has its own colour and shape. Point at a recording to see its spectrogram, click to hear it.
    The page finds names and labels, and lists the nearest neighbours of each recording and those that are
    unlike all others, by the distances of their vectors. Without --basedir, it has neither spectrograms nor
    sound.
    """

    epilog = """\
examples:
  with spectrograms and sound:
    audeep visualize map --input representations.nc --basedir ESC-10 --seed 1 --output map.html
  names only, by principal components:
    audeep visualize map --input representations.nc --projection PCA --output map.html"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "vectors, such as those written by t-rae generate")
        add_output(parser, "file to write, a page (.html)")
        add_basedir_and_parser(parser, "base folder of the recordings, for spectrograms and sound", required=False)
        add_config(parser, MapConfig)
        add_config(parser, SeedConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Write the page."""
        config = config_from(args, MapConfig)
        from audeep.backend.visualization.map import save_map

        save_map(args.input, args.output, config, basedir=args.basedir, parser=args.parser, seed=args.seed)
