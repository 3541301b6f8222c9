"""The origin of the sample material: what programs made, and the digits that people wrote."""

from canut.core.datasets.material import (
    WHOLE,
    Consent,
    DatasetSource,
    Gesture,
    MakerPay,
    MaterialPart,
    Relation,
)

MADE = (MaterialPart(Gesture.MADE, WHOLE, "Canut"),)
DIGITS = (
    MaterialPart(Gesture.VOLUNTEER, WHOLE, consent=Consent.UNKNOWN, payment=MakerPay.UNKNOWN),
)
DIGITS_SOURCE = (
    DatasetSource(
        Relation.MADE_OF,
        "Optical Recognition of Handwritten Digits (UCI)",
        "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    ),
)
