"""The tables, listed for Django; each lives with its subject."""

from canut.store.appeals import Appeal, Sanction
from canut.store.decisions import Decision
from canut.store.funds import ChainParty, ChainVersion, FundsLine
from canut.store.instance import Fact
from canut.store.labour import Beat, OpenPage, PayAdjustment, PayLine
from canut.store.ledger import EntryPending
from canut.store.organisations import Membership, Organisation, Role
from canut.store.people import Invitation, InvitationUse, OneTimeLink, Person
from canut.store.pilots import Pilot, TaskPace
from canut.store.projects import Project, QuestionVersion, RateVersion
from canut.store.quality import Consensus, Estimate, Habits
from canut.store.terms import Terms
from canut.store.time import (
    Claim,
    Credited,
    CreditedUntil,
    RecordOpening,
    UsualTime,
    WorkedDay,
)
from canut.store.work import (
    Answer,
    Flag,
    Import,
    ImportProblem,
    Lease,
    Media,
    Task,
    TaskState,
    Worker,
)

__all__ = [
    "Answer",
    "Appeal",
    "Beat",
    "ChainParty",
    "ChainVersion",
    "Claim",
    "Consensus",
    "Credited",
    "CreditedUntil",
    "Decision",
    "EntryPending",
    "Estimate",
    "Fact",
    "Flag",
    "FundsLine",
    "Habits",
    "Import",
    "ImportProblem",
    "Invitation",
    "InvitationUse",
    "Lease",
    "Media",
    "Membership",
    "OneTimeLink",
    "OpenPage",
    "Organisation",
    "PayAdjustment",
    "PayLine",
    "Person",
    "Pilot",
    "Project",
    "QuestionVersion",
    "RateVersion",
    "RecordOpening",
    "Role",
    "Sanction",
    "Task",
    "TaskPace",
    "TaskState",
    "Terms",
    "UsualTime",
    "WorkedDay",
    "Worker",
]
