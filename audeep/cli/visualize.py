"""The commands that draw data sets."""

import argparse

from audeep.backend.seeds import SeedConfig
from audeep.backend.visualization.config import TSNEConfig
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_plot, config_from


class VisualizeTSNE(Command):
    """Draw the vectors of a data set as points, similar ones close together.

    t-SNE places the instances in the plane such that those with similar vectors become neighbours. If
    instances of the same class form groups, the vectors tell the classes apart. Only the neighbourhood of a
    point has a meaning, not the distance between groups. Instances without a label are drawn in grey.
    Points far outside the others are drawn at the border, with a black edge, and counted.
    """

    epilog = """\
examples:
  in a window:
    audeep visualize tsne --input representations.nc
  into a file, the same picture each time:
    audeep visualize tsne --input representations.nc --perplexity 30 --seed 1 --plot points.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "instances with one vector each, such as t-rae generate writes")
        add_config(parser, TSNEConfig)
        add_config(parser, SeedConfig)
        add_plot(parser, "the picture")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the picture."""
        config = config_from(args, TSNEConfig)
        from audeep.backend.visualization.tsne import plot_tsne
        from audeep.cli.plots import figure

        # The figure first: a file that cannot be written is better refused before the work than after it.
        with figure(args.plot) as picture:
            plot_tsne(picture, args.input, config, seed=args.seed)
