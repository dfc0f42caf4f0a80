"""Vietnamese, English and Khmer text as it comes from phones: cleaning, folding, languages, words.

Standard library only, and nothing newer than Python 3.10: this package also runs inside Rasa.
"""

from knowledge.text.cleaning import Mapped, clean, clean_mapped
from knowledge.text.ends import both_ends, place_in_whole
from knowledge.text.folding import fold, fold_mapped
from knowledge.text.languages import Language, find_language, is_syllable, language
from knowledge.text.said import said_words
from knowledge.text.spelling import expand_shorthand, place_tones, spell, squeeze
from knowledge.text.words import Token, tokenise, tokenise_spans

__all__ = [
    "Language",
    "Mapped",
    "Token",
    "both_ends",
    "clean",
    "clean_mapped",
    "expand_shorthand",
    "find_language",
    "fold",
    "fold_mapped",
    "is_syllable",
    "language",
    "place_in_whole",
    "place_tones",
    "said_words",
    "spell",
    "squeeze",
    "tokenise",
    "tokenise_spans",
]
