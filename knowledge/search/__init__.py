"""Search over procedures and FAQ, in memory."""

from knowledge.search.aspects import Aspect, aspect
from knowledge.search.index import Hit, HitKind, Index

__all__ = ["Aspect", "Hit", "HitKind", "Index", "aspect"]
