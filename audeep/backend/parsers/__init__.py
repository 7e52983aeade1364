"""Readers of folders of recordings: what is where, and which labels, folds and partitions that means."""

import lazy_loader

#: Finds out by itself which of the others fits.
DEFAULT_PARSER = "audeep.backend.parsers.meta.MetaParser"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cross_validated": ["CrossValidatedParser"],
        "dcase": ["DCASEParser"],
        "esc": ["ESCParser"],
        "meta": ["MetaParser"],
        "no_metadata": ["NoMetadataParser"],
        "partitioned": ["PartitionedParser"],
        "urban_sound_8k": ["UrbanSound8KParser"],
    },
)
