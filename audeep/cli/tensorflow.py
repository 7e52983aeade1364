"""Starting TensorFlow without its notices."""

import os
import sys
import tempfile


def start(verbose: bool) -> None:
    """Import TensorFlow and keep what its C++ code prints meanwhile off the screen, unless `verbose`.

    Environment variables do not silence all of it: some lines come before TensorFlow reads them.
    """
    if verbose or "tensorflow" in sys.modules:
        import tensorflow
    else:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        sys.stderr.flush()
        screen = os.dup(2)
        with tempfile.TemporaryFile() as notices:
            os.dup2(notices.fileno(), 2)
            try:
                import keras  # noqa: F401
                import tensorflow
            except BaseException:
                notices.seek(0)
                os.write(screen, notices.read())
                raise
            finally:
                os.dup2(screen, 2)
                os.close(screen)
    # It warns of each variable that was not restored, after we have said why.
    tensorflow.get_logger().setLevel("WARNING" if verbose else "ERROR")
