"""The names that `audeep` offers, and the modules they come from: the one list, for Python and type checkers."""

from .backend.autoencoders.architectures import FrequencyAutoencoderConfig as FrequencyAutoencoderConfig
from .backend.autoencoders.architectures import FrequencyTimeAutoencoderConfig as FrequencyTimeAutoencoderConfig
from .backend.autoencoders.architectures import RecurrentGenerationConfig as RecurrentGenerationConfig
from .backend.autoencoders.architectures import TimeAutoencoderConfig as TimeAutoencoderConfig
from .backend.classifiers.config import EvaluationConfig as EvaluationConfig
from .backend.classifiers.config import MLPConfig as MLPConfig
from .backend.classifiers.config import PredictionConfig as PredictionConfig
from .backend.classifiers.config import SVMConfig as SVMConfig
from .backend.classifiers.evaluation import evaluate as evaluate
from .backend.classifiers.mlp import MLP as MLP
from .backend.classifiers.prediction import predict as predict
from .backend.classifiers.svm import SVM as SVM
from .backend.data.chunks import fuse_chunks as fuse_chunks
from .backend.data.data_set import DataSet as DataSet
from .backend.data.data_set import Partition as Partition
from .backend.data.data_set import Split as Split
from .backend.data.data_set import from_columns as from_columns
from .backend.data.data_set import load as load
from .backend.data.fuse import fuse as fuse
from .backend.data.integrity import validate as validate
from .backend.data.operations import FusionConfig as FusionConfig
from .backend.data.operations import InspectionConfig as InspectionConfig
from .backend.data.operations import ModificationConfig as ModificationConfig
from .backend.data.operations import UpsamplingConfig as UpsamplingConfig
from .backend.data.splits import modify as modify
from .backend.data.summary import describe as describe
from .backend.data.upsample import upsample as upsample
from .backend.dictionary.config import DictionaryConfig as DictionaryConfig
from .backend.errors import AudeepError as AudeepError
from .backend.exchange.export import export as export
from .backend.exchange.formats import AttributeNames as AttributeNames
from .backend.exchange.formats import ExportConfig as ExportConfig
from .backend.exchange.importing import import_tables as import_tables
from .backend.spectrograms.config import ExtractionConfig as ExtractionConfig
from .backend.spectrograms.config import SpectrogramConfig as SpectrogramConfig
from .backend.spectrograms.preprocess import preprocess as preprocess
from .backend.training.config import GenerationConfig as GenerationConfig
from .backend.training.config import TrainingConfig as TrainingConfig
from .backend.training.generation import generate as generate
from .backend.training.session import train as train
from .backend.visualization.config import TSNEConfig as TSNEConfig
from .backend.visualization.tsne import tsne as tsne

__version__: str
