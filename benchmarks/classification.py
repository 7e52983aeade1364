"""The perceptron's cross-validation against nothing but the products of matrices that it needs."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, compare, python, run

#: Five folds, five repetitions and 400 epochs of 320 instances, 1,024 features, 2 x 150 units and 10 classes.
PRODUCTS = """
import numpy
random = numpy.random.default_rng(0)
sizes = [(1024, 150), (150, 150), (150, 10)]
inputs = [random.random((320, rows), numpy.float32) for rows, _ in sizes]
kernels = [random.random(shape, numpy.float32) for shape in sizes]
gradients = [random.random((320, columns), numpy.float32) for _, columns in sizes]
for step in range(5 * 5 * 400):
    for layer, (values, kernel, gradient) in enumerate(zip(inputs, kernels, gradients)):
        values @ kernel
        values.T @ gradient
        if layer:
            gradient @ kernel.T
"""


def rows() -> Iterator[Row]:
    """Compare whole programs, start included."""
    with tempfile.TemporaryDirectory() as place:
        data = data_sets.save(Path(place, "data.nc"), 400, generated=1024)
        five = f"{place}/five.nc"
        run([AUDEEP, "modify", "--input", str(data), "--output", five, "--add-cv-setup", "5"])
        command = [AUDEEP, "mlp", "evaluate", "--input", five, "--cross-validate", "--shuffle", "--repeat", "5"]
        yield compare("mlp evaluate, 25 fits : their matrix products", command, python(PRODUCTS), 1.5, runs=3)
