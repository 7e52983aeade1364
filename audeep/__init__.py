"""Learn a vector for every recording in a folder of audio, without labels.

Typical workflow, from recordings to results::

    audeep.preprocess   recordings -> data set of spectrograms
    audeep.train        spectrograms -> folder of a trained model
    audeep.generate     model, spectrograms -> data set of vectors
    audeep.evaluate     vectors -> accuracy
    audeep.export       vectors -> CSV or ARFF files

Each function is also a command of the ``audeep`` command line. Importing `audeep` is cheap: the libraries that a
function needs are imported when it is first used.

Examples
--------
>>> import audeep
>>> audeep.SpectrogramConfig(mel_spectrum=128).mel_spectrum
128
"""

import lazy_loader

__version__ = "1.0.0"

# The names are listed in __init__.pyi, where type checkers also see them.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
