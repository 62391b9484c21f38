"""Layers as functions: what the modules of `leafgrad.nn` call, parameters passed in."""

from leafgrad.nn.functional.activations import *
from leafgrad.nn.functional.attention import *
from leafgrad.nn.functional.averaging import *
from leafgrad.nn.functional.cells import *
from leafgrad.nn.functional.class_margins import *
from leafgrad.nn.functional.classification import *
from leafgrad.nn.functional.conv import *
from leafgrad.nn.functional.ctc import *
from leafgrad.nn.functional.distances import *
from leafgrad.nn.functional.dropout import *
from leafgrad.nn.functional.embedding import *
from leafgrad.nn.functional.folding import *
from leafgrad.nn.functional.likelihoods import *
from leafgrad.nn.functional.linear import *
from leafgrad.nn.functional.linear_cross_entropy import *
from leafgrad.nn.functional.losses import *
from leafgrad.nn.functional.lstm import *
from leafgrad.nn.functional.margin_losses import *
from leafgrad.nn.functional.multihead import *
from leafgrad.nn.functional.normalization import *
from leafgrad.nn.functional.pooling import *
from leafgrad.nn.functional.probabilities import *
from leafgrad.nn.functional.rectifiers import *
from leafgrad.nn.functional.recurrent import *
from leafgrad.nn.functional.resampling import *
from leafgrad.nn.functional.sampling import *
from leafgrad.nn.functional.statistics import *
from leafgrad.nn.functional.uneven import *
from leafgrad.nn.functional.unpooling import *
from leafgrad.ops.padding import pad as pad
from leafgrad.ops.positions import one_hot as one_hot
