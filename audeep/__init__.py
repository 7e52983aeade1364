"""Learn a fixed-size vector for every recording in a folder of audio, without labels.

Data flows through the packages of :mod:`audeep.backend` in this order::

    audio files --parsers--> metadata --spectrograms--> data set (netCDF) --training--> model folder
        --generate--> data set of representations
            --classifiers--> accuracy, predictions      --exchange--> CSV / ARFF

Each function is one of these steps, and one command of the ``audeep`` command line. Importing
:mod:`audeep` is cheap: a step is loaded when it is first used.

Examples
--------
>>> import audeep
>>> config = audeep.SpectrogramConfig(window_width=0.08, window_overlap=0.04, mel_spectrum=128)
>>> config.mel_spectrum
128
"""

import lazy_loader

__version__ = "1.0.0.dev0"

# The names are listed in the file beside this one, where type checkers see them too.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
