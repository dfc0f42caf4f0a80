"""Is this call a swindle? Whoever asks is told at once, though the words fit no answer surely."""

from bot.actions.judged import hits_for
from bot.context import Turn
from bot.suspicion import looks_grave
from knowledge.search import Hit
from knowledge.search.index import HitKind


def find_warning(turn: Turn) -> Hit | None:
    """The nearest ready answer about swindles, when the words speak of one.

    A near answer in time does more good than the sure one too late. Words that may be news of a
    crime are asked about as ever.
    """
    if not turn.lexicon.has("scam_marks", turn.text) or looks_grave(turn):
        return None
    hits = (hit for hit in hits_for(turn, turn.text) if hit.kind is HitKind.FAQ)
    return next((hit for hit in hits if _warns(turn, hit.ref)), None)


def _warns(turn: Turn, ref: str) -> bool:
    if turn.knowledge.find_faq(ref, turn.lang, turn.today) is None:
        return False
    same = (faq for (known, _), faq in turn.knowledge.faqs.items() if known == ref)
    said = " | ".join(" | ".join((faq.question, *faq.aliases)) for faq in same)
    return turn.lexicon.has("scam_marks", said)
