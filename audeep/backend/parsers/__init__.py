"""Parsers: read recordings, labels, folds and partitions from a folder."""

import lazy_loader

#: Picks the first of the others that fits.
DEFAULT_PARSER = "audeep.backend.parsers.meta.MetaParser"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "class_folders": ["ClassFoldersParser"],
        "compare": ["ComParEParser"],
        "cross_validated": ["CrossValidatedParser"],
        "dcase": ["DCASEParser"],
        "esc": ["ESCParser"],
        "meta": ["MetaParser"],
        "no_metadata": ["NoMetadataParser"],
        "partitioned": ["PartitionedParser"],
        "table": ["TableParser"],
        "urban_sound_8k": ["UrbanSound8KParser"],
    },
)
