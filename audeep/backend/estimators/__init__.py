"""Spectrograms and models as steps of scikit-learn pipelines."""
