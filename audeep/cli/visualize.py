"""Commands that draw data sets."""

import argparse

from audeep.backend.seeds import SeedConfig
from audeep.backend.visualization.config import TSNEConfig
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_plot, config_from


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
