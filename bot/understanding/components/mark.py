"""How the client knows that an answer is ours.

Rasa reads "/intent{...}" as a command by itself and answers with whatever intent stands there, at
confidence 1.0. Such an answer does not carry the mark.
"""

MARK = "read_by"
MARK_VALUE = "hoidap"
#: Confidence from which this model's readings are followed without asking back.
SURE_FROM = "sure_from"
