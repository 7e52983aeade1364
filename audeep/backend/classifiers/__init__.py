"""Classifiers: SVM and MLP, which read vectors, and networks that learn from labels; evaluation and prediction."""
