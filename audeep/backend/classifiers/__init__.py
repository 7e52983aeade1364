"""Classifiers of representations: a linear SVM and an MLP, their evaluation, and predictions."""
