"""Starting TensorFlow, with or without its notices."""


def start(verbose: bool) -> None:
    """Import TensorFlow; its notices are shown if `verbose`."""
    if verbose:
        import tensorflow  # noqa: F401
    from audeep.backend.runtime import tf

    tf.get_logger().setLevel("WARNING" if verbose else "ERROR")
