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

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "backend.autoencoders.architectures": [
            "FrequencyAutoencoderConfig",
            "FrequencyTimeAutoencoderConfig",
            "GenerationConfig",
            "TimeAutoencoderConfig",
        ],
        "backend.autoencoders.generation": ["generate"],
        "backend.classifiers.comparison": ["compare"],
        "backend.classifiers.config": [
            "ComparisonConfig",
            "EvaluationConfig",
            "MLPConfig",
            "PredictionConfig",
            "SVMConfig",
        ],
        "backend.classifiers.evaluation": ["evaluate"],
        "backend.classifiers.mlp": ["MLP"],
        "backend.classifiers.prediction": ["predict"],
        "backend.classifiers.svm": ["SVM"],
        "backend.data.upsample": ["upsample"],
        "backend.data.chunks": ["fuse_chunks"],
        "backend.data.fuse": ["fuse"],
        "backend.data.operations": ["FusionConfig", "InspectionConfig", "ModificationConfig", "UpsamplingConfig"],
        "backend.data.data_set": ["DataSet", "Partition", "Split", "from_columns", "load"],
        "backend.data.summary": ["describe"],
        "backend.data.integrity": ["validate"],
        "backend.data.splits": ["modify"],
        "backend.errors": ["AudeepError"],
        "backend.exchange.export": ["export"],
        "backend.exchange.formats": ["AttributeNames", "ExportConfig"],
        "backend.exchange.importing": ["import_tables"],
        "backend.spectrograms.config": ["ExtractionConfig", "SpectrogramConfig"],
        "backend.spectrograms.preprocess": ["preprocess"],
        "backend.training.config": ["TrainingConfig"],
        "backend.training.session": ["train"],
        "backend.visualization.config": ["TSNEConfig"],
        "backend.visualization.tsne": ["tsne"],
    },
)
