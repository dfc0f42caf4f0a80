"""Puts the words of a turn into messages: who speaks, numbered choices, the channel's limits."""

from collections.abc import Sequence
from dataclasses import replace

from bot.choices import Option, buttons, numbered
from delivery.channel import ChannelLimits
from delivery.messages import Link, Outbound
from delivery.split import split_message


def compose(
    header: str,
    texts: Sequence[str],
    limits: ChannelLimits,
    *,
    options: Sequence[Option] = (),
    links: Sequence[Link] = (),
) -> list[Outbound]:
    """Messages in order; each begins with the line that says who speaks.

    Choices are numbered under the last text and repeated as buttons as far as the channel goes.
    """
    room = replace(limits, text_chars=limits.text_chars - len(header) - 1)
    messages: list[Outbound] = []
    for index, text in enumerate(texts):
        last = index == len(texts) - 1
        whole = f"{text}\n\n{numbered(options)}" if last and options else text
        message = Outbound(
            whole,
            buttons(options, most=limits.choices, label_chars=limits.choice_label_chars)
            if last
            else (),
            tuple(links) if last else (),
        )
        messages += split_message(message, room)
    return [replace(part, text=f"{header}\n{part.text}") for part in messages]
