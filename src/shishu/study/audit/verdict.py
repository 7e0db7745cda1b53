"""What is put beside a published figure, and the verdict on the two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """Our counterpart of a published figure.

    Attributes
    ----------
    ours : float
        NaN where it could not be measured.
    variants : mapping of name to float
        Documented variants of the method, whatever the target.
    note : str
        Computed explanation.
    missing : str
        Key of the input that is missing (``i18n/audit.toml``).
    """

    ours: float = float("nan")
    variants: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    missing: str = ""


def shown(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """A value with so many decimals: rounded half up, or cut with ``ROUND_DOWN``.

    >>> str(shown(6.8506, 1)), str(shown(6.8506, 1, ROUND_DOWN))
    ('6.9', '6.8')
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding)


def judge(ours: float, printed: str, decimals: int, variants: Mapping[str, float]) -> str:
    """Verdict on one figure by its printed digits.

    >>> judge(45.36, "45.36", 2, {}), judge(12.66, "12", 0, {}), judge(1.053, "1.04", 2, {})
    ('agrees', 'agrees truncated', 'within one last digit')
    """
    digit = Decimal(1).scaleb(-decimals)
    target = Decimal(printed).quantize(digit)
    if shown(ours, decimals) == target:
        return "agrees"
    if shown(ours, decimals, ROUND_DOWN) == target:
        return "agrees truncated"
    for name, value in variants.items():
        if shown(value, decimals) == target:
            return f"agrees under variant {name}"
    if abs(shown(ours, decimals) - target) <= digit:
        return "within one last digit"
    return "differs"


def kind(verdict: str) -> str:
    """First word or words of a verdict, without the variant or the missing input.

    >>> kind("not measured: policy corpus")
    'not measured'
    """
    return "agrees under variant" if " under variant " in verdict else verdict.split(":", maxsplit=1)[0]
