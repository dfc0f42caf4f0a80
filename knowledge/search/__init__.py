"""Search over procedures and FAQ, in memory."""

from knowledge.search.aspects import Aspect, aspect
from knowledge.search.index import Hit, HitKind, Index
from knowledge.search.questions import parse_lexicon

__all__ = ["Aspect", "Hit", "HitKind", "Index", "aspect", "parse_lexicon"]
