"""One root for all errors and one for all warnings; what they say stands in ``i18n/errors.toml``.

A message says what is wrong, where, by how much, and what to do. Errors carry the key of their
message and the facts, so that the same error speaks Chinese or English.
"""

from shishu.i18n import text


class _Message(Exception):  # noqa: N818 - the common part of errors and warnings
    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts

    def message(self, lang: str | None = None) -> str:
        """Say it in one language (default: the session's); a fact may be a message, or names of sectors, itself."""
        facts = {n: fact.message(lang) if hasattr(fact, "message") else fact for n, fact in self.facts.items()}
        return text("errors", self.key, lang, **facts)

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[object, ...]:
        # The facts are named, which an exception alone would not hand over to another process.
        return _again, (type(self), self.key, self.facts)


def _again(kind: type[_Message], key: str, facts: dict[str, object]) -> _Message:
    """The same error or warning from its key and its facts."""
    return kind(key, **facts)


class ShishuError(_Message):
    """Root of all errors of shishu."""


class InputError(ShishuError, ValueError):
    """What was handed over can't be used: it says what, where, how much, and what to do."""


class BalanceError(InputError):
    """An accounting identity fails beyond the tolerance."""


class DataError(ShishuError, LookupError):
    """Asked for data that don't exist; the message says which do."""


class ConvergenceError(ShishuError, ArithmeticError):
    """An iteration ended away from its constraints; the worst one is named."""


class ShishuWarning(_Message, UserWarning):
    """Root of all warnings of shishu: an official table is unusual, and loads."""


class EmptySectorWarning(ShishuWarning):
    """Sectors without output keep their label; their coefficients are 0."""


class NegativeValueWarning(ShishuWarning):
    """Negative flows, value added or output of a sector, as published."""


class CoefficientWarning(ShishuWarning):
    """A sector's intermediate inputs exceed its output, as published."""


class ImbalanceWarning(ShishuWarning):
    """An identity fails by more than rounding and less than the tolerance."""


class ReExportWarning(ShishuWarning):
    """Sectors that export more than they make: part of their exports is imports sent on."""


class LayoutWarning(ShishuWarning):
    """Something in a workbook was passed over, and is named."""


class TotalsWarning(ShishuWarning):
    """Row and column totals add up to different sums; the row totals were scaled."""


class NegativeStockWarning(ShishuWarning):
    """More was disposed of than there was: a stock was set to 0 in the years named."""


class ScaledSharesWarning(ShishuWarning):
    """Factor shares didn't add up to 1; those of capital were scaled, those of labour kept."""


class UncheckedWarning(ShishuWarning):
    """A result rests on entries of a classification that have not been compared with the official text."""


class CodeWarning(ShishuWarning):
    """Codes that are unknown or can be read in two ways; their rows are kept and marked."""
