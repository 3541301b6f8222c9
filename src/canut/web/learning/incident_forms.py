"""Forms of an incident: what was seen, each step, and its repairs."""

from canut.actions.learning.incidents import Report, StepFields
from canut.actions.learning.repairs import MOST_FOLD, MOST_TASKS, RepairIn
from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentKind,
    IncidentState,
    RepairKind,
)
from canut.core.learning.incidents import MOST_POSTMORTEM, MOST_PUBLIC, MOST_WORDS
from canut.web.kit.fields import radio, select, tick
from canut.web.kit.forms import PlainForm, amount, number, words
from canut.web.kit.messages import lazy_message

MOST_DECISIONS = 1_000_000
KINDS = {
    IncidentKind.LABEL_FAULT: lazy_message("page.incidents.kind_label_fault"),
    IncidentKind.SLICE: lazy_message("page.incidents.kind_slice"),
    IncidentKind.DRIFT: lazy_message("page.incidents.kind_drift"),
    IncidentKind.GOLD_FAULT: lazy_message("page.incidents.kind_gold_fault"),
    IncidentKind.LEAK: lazy_message("page.incidents.kind_leak"),
    IncidentKind.HARM: lazy_message("page.incidents.kind_harm"),
    IncidentKind.OTHER: lazy_message("page.incidents.kind_other"),
}
CAUSES = {
    IncidentCause.DATA: lazy_message("page.incidents.cause_data"),
    IncidentCause.GUIDELINE: lazy_message("page.incidents.cause_guideline"),
    IncidentCause.CLASS: lazy_message("page.incidents.cause_class"),
    IncidentCause.KNOWN_ANSWERS: lazy_message("page.incidents.cause_known_answers"),
    IncidentCause.MODEL: lazy_message("page.incidents.cause_model"),
    IncidentCause.WORLD: lazy_message("page.incidents.cause_world"),
    IncidentCause.UNKNOWN: lazy_message("page.incidents.cause_unknown"),
}
SEVERITIES = (
    ("0", lazy_message("page.incidents.severity_0")),
    ("1", lazy_message("page.incidents.severity_1")),
    ("2", lazy_message("page.incidents.severity_2")),
    ("3", lazy_message("page.incidents.severity_3")),
)
REPAIR_KINDS = {
    RepairKind.RELABEL: lazy_message("page.incidents.repair_relabel"),
    RepairKind.HIDDEN_SAMPLE: lazy_message("page.incidents.repair_hidden_sample"),
    RepairKind.KNOWN_ANSWERS: lazy_message("page.incidents.repair_known_answers"),
    RepairKind.WITHDRAW: lazy_message("page.incidents.repair_withdraw"),
    RepairKind.QUESTION: lazy_message("page.incidents.repair_question"),
}


class ReportForm(PlainForm):
    """What somebody saw."""

    kind = select(lazy_message("form.incidents.kind"), tuple(KINDS.items()))
    said = words(lazy_message("form.incidents.seen"), area=True, max_length=MOST_WORDS)
    slice = select(lazy_message("form.incidents.slice"), required=False)

    def report(self) -> Report:
        """Return the submitted report."""
        fields = self.cleaned_data
        return Report(fields["kind"], fields["said"], fields["slice"])


class OwnerForm(PlainForm):
    """Who answers for an incident."""

    owner = select(lazy_message("form.incidents.owner"))


class StepForm(PlainForm):
    """What a step says; the base of the forms of all steps."""

    def fields_of(self) -> StepFields:
        """Return what was submitted."""
        fields = dict(self.cleaned_data)
        if "said" in fields:
            fields["words"] = fields.pop("said")
        if "linked" in fields:
            fields["linked"] = tuple(fields["linked"].split())
        if "severity" in fields:
            fields["severity"] = int(fields["severity"])
        return StepFields()._replace(**fields)


class ConfirmForm(StepForm):
    """Confirm an incident, or say that it is none."""

    said = words(
        lazy_message("form.incidents.why_none"), area=True, required=False, max_length=MOST_WORDS
    )


class ContainForm(StepForm):
    """How bad it is, and whom it touched."""

    severity = radio(lazy_message("form.incidents.severity"), SEVERITIES, initial="1")
    touched = number(
        lazy_message("form.incidents.touched"),
        0,
        MOST_DECISIONS,
        lazy_message("form.incidents.touched_hint"),
    )


class DiagnoseForm(StepForm):
    """Why it happened, and where it shows."""

    cause = radio(lazy_message("form.incidents.cause"), tuple(CAUSES.items()))
    said = words(
        lazy_message("form.incidents.cause_words"),
        lazy_message("form.incidents.cause_hint"),
        area=True,
        max_length=MOST_WORDS,
    )
    slice = select(lazy_message("form.incidents.slice"), required=False)
    linked = words(
        lazy_message("form.incidents.linked"),
        lazy_message("form.incidents.linked_hint"),
        required=False,
    )


class BeginRepairForm(StepForm):
    """Begin the repair; nothing is to be said."""


class ProveForm(StepForm):
    """Declare the repair done."""

    said = words(lazy_message("form.incidents.repaired"), area=True, max_length=MOST_WORDS)
    redone = number(
        lazy_message("form.incidents.redone"),
        0,
        MOST_DECISIONS,
        lazy_message("form.incidents.redone_hint"),
    )


class VerifyForm(StepForm):
    """Verify a repair, or send it back."""

    said = words(
        lazy_message("form.incidents.accepted"), area=True, required=False, max_length=MOST_WORDS
    )


class CloseForm(StepForm):
    """What was learnt, and its public short form."""

    postmortem = words(
        lazy_message("form.incidents.postmortem"),
        lazy_message("form.incidents.postmortem_hint"),
        area=True,
        max_length=MOST_POSTMORTEM,
    )
    public_fr = words(lazy_message("form.incidents.public_fr"), area=True, max_length=MOST_PUBLIC)
    public_en = words(lazy_message("form.incidents.public_en"), area=True, max_length=MOST_PUBLIC)


class RepairForm(PlainForm):
    """A repair of the cause that was found."""

    kind = radio(lazy_message("form.incidents.repair_kind"))
    amount = number(
        lazy_message("form.incidents.amount"),
        1,
        MOST_TASKS,
        lazy_message("form.incidents.amount_hint"),
        required=False,
    )
    fold = number(
        lazy_message("form.incidents.fold"),
        1,
        MOST_FOLD,
        lazy_message("form.incidents.fold_hint"),
        required=False,
    )
    outside = tick(lazy_message("form.incidents.outside"))
    key = words(
        lazy_message("form.incidents.key"), lazy_message("form.incidents.key_hint"), required=False
    )
    label = words(lazy_message("form.incidents.label"), required=False)

    def repair(self) -> RepairIn:
        """Return the submitted repair."""
        fields = self.cleaned_data
        return RepairIn(
            fields["kind"],
            fields["amount"] or 0,
            fields["fold"] or 1,
            fields["outside"],
            fields["key"].strip(),
            fields["label"].strip(),
        )


class FundForm(PlainForm):
    """What the platform deposits for a repair it pays."""

    amount = amount(lazy_message("form.incidents.deposit"))


FORMS: dict[IncidentState, type[StepForm]] = {
    IncidentState.SUSPECTED: ConfirmForm,
    IncidentState.CONFIRMED: ContainForm,
    IncidentState.CONTAINED: DiagnoseForm,
    IncidentState.DIAGNOSED: BeginRepairForm,
    IncidentState.REPAIRING: ProveForm,
    IncidentState.PROVING: VerifyForm,
    IncidentState.VERIFIED: CloseForm,
}
"""The form of the next step, by state."""
