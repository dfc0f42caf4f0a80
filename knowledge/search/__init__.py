"""Search over procedures and FAQ, in memory."""

from knowledge.search.aspects import Aspect, aspect
from knowledge.search.entries import Common, parse_common
from knowledge.search.index import Hit, HitKind, Index
from knowledge.search.questions import parse_lexicon

__all__ = ["Aspect", "Common", "Hit", "HitKind", "Index", "aspect", "parse_common", "parse_lexicon"]
