"""Errors that are told to a user: one sentence in both languages, with the remedy."""

from __future__ import annotations

from typing import ClassVar

from features.language import Text, catalogue, text


class UserError(Exception):
    """The work could not be done, and the user can do something about it.

    Parameters
    ----------
    code : str
        Code of the message in the catalogue.
    values
        What its sentence names: the value, the place.

    Attributes
    ----------
    message : Text
        The sentence in both languages, remedy included.
    values : mapping
        What the sentence names.
    exit_status : int
        1 the work failed; 2 wrong usage or bad input (contract 2).
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values
        self.message: Text = text(code, **values)
        super().__init__(self.message["en"])

    @property
    def over_http(self) -> Text:
        """The same for who has no command line: another sentence where that names a command."""
        other = f"{self.code}_http"
        return text(other, **self.values) if other in catalogue() else self.message


class UsageError(UserError):
    """What was asked for makes no sense as it was asked; nothing was changed."""

    exit_status: ClassVar[int] = 2
