"""Questions in words, and as intents: answered from the release without a language model."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, StringConstraints

from regulars.insights.asking.answers import Assistant
from regulars.insights.asking.facts import AnswerFacts, RefusalFacts, facts_of, refusal_of
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.release_reading import Reading
from regulars.insights.semantic.intent import Intent
from regulars.insights.semantic.planning import Unanswerable
from regulars.serve.api.answers import Ask
from regulars.serve.api.problems import documented
from regulars.serve.api.schemas import Strict, Text

router = APIRouter(prefix="/api", tags=["Questions"])
_Question = Annotated[Text, StringConstraints(min_length=1, max_length=500)]


class QuestionBody(Strict):
    """A question in words; `last` is the intent of the answer that a follow-up changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "How many customers are at high risk?"}]},
    )

    question: _Question = Field(examples=["How many customers are at high risk?"])
    last: Intent | None = None


class IntentBody(Strict):
    """A question in typed values, as an answer has it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"intent": {"metrics": [{"name": "customers"}]}}]},
    )

    intent: Intent


@router.post("/ask", response_model=AnswerFacts | RefusalFacts, responses=documented(501))
def ask_question(body: QuestionBody, request: Request, ask: Ask) -> AnswerFacts | RefusalFacts:
    """Answer a question in words; what is not clear comes back as `refused`, with options."""
    return ask.whole(lambda: _answered(body, _assistant(request, ask.reading)))


@router.post("/query", response_model=AnswerFacts | RefusalFacts, responses=documented(501))
def query_intent(body: IntentBody, request: Request, ask: Ask) -> AnswerFacts | RefusalFacts:
    """Compute an intent: metrics, dimensions, filters and periods by name."""

    def build_answer() -> AnswerFacts | RefusalFacts:
        try:
            return facts_of(_assistant(request, ask.reading).answer(body.intent))
        except Unanswerable as refusal:
            return refusal_of("", refusal)

    return ask.whole(build_answer)


def _answered(body: QuestionBody, assistant: Assistant) -> AnswerFacts | RefusalFacts:
    try:
        return facts_of(assistant.ask(body.question, last=body.last))
    except (NotUnderstood, Unanswerable) as refusal:
        return refusal_of(body.question, refusal)


def _assistant(request: Request, reading: Reading) -> Assistant:
    """The assistant of a release, made once; that of the release before goes with it."""
    state = request.app.state
    known: Assistant | None = getattr(state, "assistant", None)
    if known is None or known.questions.reading is not reading:
        known = Assistant(reading, seconds=state.seconds or 20.0)
        state.assistant = known
    return known
