"""Notifications at the top of the window that never block: a sentence, what can be done about it, and a cross."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

Answer = tuple[str, Callable[[], object]]
_LINGER_MS = 9000
_MOST = 2


class Notice(QFrame):
    """One sentence. Without answers it leaves by itself when it brings no problem."""

    topic = ""

    def __init__(self, text: str, problem: bool, answers: Sequence[Answer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("notice", "problem" if problem else "info")
        self.text, self.gone = text, False
        self.stays = problem or bool(answers)
        words = QLabel(text)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(text)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 6, 6, 6)
        line.addWidget(words, 1)
        for caption, act in answers:
            button = QPushButton(caption)
            button.clicked.connect(self.leave)
            button.clicked.connect(lambda _=False, act=act: act())
            line.addWidget(button)
        cross = QPushButton("✕")
        cross.setProperty("quiet", True)
        cross.setAccessibleName(self.tr("Dismiss"))
        cross.clicked.connect(self.leave)
        line.addWidget(cross)
        if not self.stays:
            lingering = QTimer(self, singleShot=True, interval=_LINGER_MS)
            lingering.timeout.connect(self.leave)
            lingering.start()

    def leave(self) -> None:
        """Go away."""
        self.gone = True
        self.hide()
        self.deleteLater()


class Notices(QWidget):
    """The newest few notifications, newest at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def texts(self) -> list[str]:
        """The sentences in sight."""
        return [notice.text for notice in self._notices()]

    def say(self, text: str, *, problem: bool = False, answers: Sequence[Answer] = (), topic: str = "") -> Notice:
        """Show a sentence; an older one leaves when there are too many, and a repeated one is not shown twice.

        Args:
            text: the sentence.
            problem: whether it stays until somebody sends it away.
            answers: what can be done about it.
            topic: of a problem: a later problem of the same topic takes its place, and a success sends it away, see
                `settle`.
        """
        for notice in self._notices():
            if notice.text == text or (topic and notice.topic == topic):
                notice.leave()
        notice = Notice(text, problem, answers, self)
        notice.topic = topic
        self._column.addWidget(notice)
        older = sorted(self._notices()[:-1], key=lambda one: one.stays)  # what would leave by itself goes first
        for old in older[: len(older) + 1 - _MOST]:
            old.leave()
        return notice

    def settle(self, topic: str) -> None:
        """What problems of a topic were about has been done: they leave."""
        for notice in self._notices():
            if notice.topic == topic:
                notice.leave()

    def _notices(self) -> list[Notice]:
        return [child for child in self.findChildren(Notice) if not child.gone]
