"""Every intent and every button with the action that answers it."""

from bot.actions import (
    ask,
    cases,
    data_rights,
    dossier,
    faq,
    grave,
    greeting,
    information,
    judged,
    language,
    person,
    procedures,
    unsure,
)
from bot.actions.chosen import choose_intent
from bot.context import Action
from bot.intents import Intent
from bot.payloads import Verb

V = Verb

INTENTS: dict[Intent, Action] = {
    Intent.GREET: greeting.greet,
    Intent.GOODBYE: greeting.goodbye,
    Intent.THANK: greeting.thank,
    Intent.HELP: greeting.help_citizen,
    Intent.ASK_PROCEDURE: procedures.answer_question,
    Intent.ASK_INFO: information.ask_info,
    Intent.CHECK_DOSSIER: dossier.check,
    Intent.ASK_AGENCY: ask.start_with_words,
    Intent.REPORT_PROBLEM: ask.start_report,
    Intent.CHECK_CASE: cases.check,
    Intent.ASK_SCHEDULE: information.ask_schedule,
    Intent.COMMENT_DRAFT: information.comment_draft,
    Intent.COMPLAIN_DENOUNCE: grave.suspect,
    Intent.REQUEST_HUMAN: person.request_human,
    Intent.FEEDBACK_ANSWER: cases.rate,
    Intent.CHANGE_LANGUAGE: language.change,
    Intent.DELETE_DATA: data_rights.explain,
    Intent.AFFIRM: greeting.affirm,
    Intent.DENY: greeting.deny,
    Intent.CANCEL: greeting.cancel,
    Intent.OUT_OF_SCOPE: unsure.out_of_scope,
}

VERBS: dict[Verb, Action] = {
    V.MENU: greeting.show_menu,
    V.PROCEDURES: procedures.ask_which,
    V.PROCEDURE: procedures.show,
    V.FAQ: faq.show_faq,
    V.AGENCY: information.show_agency,
    V.DOSSIER: dossier.check,
    V.ASK: ask.start,
    V.ASK_THIS: ask.start_from_message,
    V.PERSON: person.request_human,
    V.LEAVE_QUEUE: person.leave_queue,
    V.INTENDED: judged.intended,
    V.NOT_INTENDED: judged.not_intended,
    V.SEND: ask.send,
    V.EDIT: ask.edit,
    V.DROP: ask.drop,
    V.SKIP: ask.skip,
    V.BEHALF: ask.choose_behalf,
    V.RESUME: ask.resume,
    V.ADD: ask.add_words,
    V.CASE: cases.check,
    V.CASES: cases.list_mine,
    V.GRAVE: grave.choose,
    V.LANGUAGE: language.change,
    V.INTENT: choose_intent,
    V.FORGET: data_rights.request,
    V.UNSOLVED: cases.unsolved,
}
