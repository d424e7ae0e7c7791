"""What each level of a trained or training model holds: base points, edits, traversals, samples."""

from hvae_engine.exploring.base import Base
from hvae_engine.exploring.desk import Desk
from hvae_engine.exploring.explorer import Explorer
from hvae_engine.exploring.questions import Answer, Effect, LevelAnswer, Question

__all__ = ["Answer", "Base", "Desk", "Effect", "Explorer", "LevelAnswer", "Question"]
