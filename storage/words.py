"""What people write in two languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Lithuanian and in English, either of which may be missing."""

    lt: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """The text in that language, else in the one there is; empty when there is none."""
        return (self.en or self.lt) if language == "en" else (self.lt or self.en)

    @property
    def both(self) -> tuple[str, ...]:
        """Every text there is, Lithuanian first, without repeats."""
        return tuple(dict.fromkeys(text for text in (self.lt, self.en) if text))
