"""The tables, listed for Django; each lives with its subject."""

from canut.store.actors import ActorsNoted, Decided
from canut.store.appeals import Appeal, AppealLook, Sanction
from canut.store.begun import Begun
from canut.store.cards import Card
from canut.store.clients import ClientMeasure, ClientRating
from canut.store.confirming import Confirmation
from canut.store.credits import Credit, Erasure
from canut.store.decisions import Decision
from canut.store.elections import Call, Candidate, Election, Voter
from canut.store.eligibility import Eligibility, Speaks
from canut.store.export_files import ExportFile
from canut.store.funds import ChainParty, ChainVersion, FundsLine
from canut.store.gold import AuditAnswer, Gold, GoldChange
from canut.store.instance import Fact
from canut.store.keys import ApiKey, ApiRate, ApiReply, ApiUpload
from canut.store.labour import Beat, OpenPage, PayAdjustment, PayLine
from canut.store.ledger import (
    Cosignature,
    Countersignature,
    EntryPending,
    Log,
    LogEntry,
    LogTile,
    PlatformEntry,
    Taken,
)
from canut.store.letters import Letter
from canut.store.life import ProjectChange
from canut.store.loop import Incident, LoopRule, Trained
from canut.store.managing import Bulk, BulkTask, TextIndex
from canut.store.messages import ChannelMessage, Message, Thread
from canut.store.organisations import Membership, Organisation, Role
from canut.store.panels import PanelLink, Recruited
from canut.store.payments import BankDetails, BankReading, Payment, PaymentFile
from canut.store.people import Invitation, InvitationUse, OneTimeLink, Person
from canut.store.periods import (
    Contributed,
    DryRun,
    PaidTime,
    PayPolicy,
    Period,
    PlaceFile,
    Statement,
    StatementCost,
)
from canut.store.person_keys import Erased, PersonKey
from canut.store.pilots import Pilot, TaskPace
from canut.store.policies import (
    OversightReport,
    PolicyChange,
    PolicyOpinion,
    TermsAccepted,
    TermsOfUse,
)
from canut.store.portrait import PortraitRelease
from canut.store.prelabels import ModelAnswer, ModelAuthor
from canut.store.projects import Project, QuestionVersion, RateVersion
from canut.store.proposals import Proposal
from canut.store.protection import Protection, RiskChoice
from canut.store.quality import Consensus, Estimate, Habits
from canut.store.records import BroughtRecord
from canut.store.removal import Removal
from canut.store.reviews import Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.sign_ins import Remembered, SignIn
from canut.store.systems import SystemsRead
from canut.store.terms import Terms
from canut.store.time import (
    Claim,
    Credited,
    CreditedUntil,
    RecordOpening,
    UsualTime,
    WorkedDay,
)
from canut.store.webhooks import Delivery, TaskTold, Watched, Webhook
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
    "ActorsNoted",
    "Answer",
    "ApiKey",
    "ApiRate",
    "ApiReply",
    "ApiUpload",
    "Appeal",
    "AppealLook",
    "AuditAnswer",
    "BankDetails",
    "BankReading",
    "Beat",
    "Begun",
    "BroughtRecord",
    "Bulk",
    "BulkTask",
    "Call",
    "Candidate",
    "Card",
    "ChainParty",
    "ChainVersion",
    "ChannelMessage",
    "Claim",
    "ClientMeasure",
    "ClientRating",
    "Confirmation",
    "Consensus",
    "Contributed",
    "Cosignature",
    "Countersignature",
    "Credit",
    "Credited",
    "CreditedUntil",
    "Decided",
    "Decision",
    "Delivery",
    "DryRun",
    "Election",
    "Eligibility",
    "EntryPending",
    "Erased",
    "Erasure",
    "Estimate",
    "ExportFile",
    "Fact",
    "Flag",
    "FundsLine",
    "Gold",
    "GoldChange",
    "Habits",
    "Import",
    "ImportProblem",
    "Incident",
    "Invitation",
    "InvitationUse",
    "Lease",
    "Letter",
    "Log",
    "LogEntry",
    "LogTile",
    "LoopRule",
    "Media",
    "Membership",
    "Message",
    "ModelAnswer",
    "ModelAuthor",
    "OneTimeLink",
    "OpenPage",
    "Organisation",
    "OversightReport",
    "PaidTime",
    "PanelLink",
    "PayAdjustment",
    "PayLine",
    "PayPolicy",
    "Payment",
    "PaymentFile",
    "Period",
    "Person",
    "PersonKey",
    "Pilot",
    "PlaceFile",
    "PlatformEntry",
    "PolicyChange",
    "PolicyOpinion",
    "PortraitRelease",
    "Project",
    "ProjectChange",
    "Proposal",
    "Protection",
    "QuestionVersion",
    "RateVersion",
    "RecordOpening",
    "Recruited",
    "Remembered",
    "Removal",
    "Review",
    "ReviewRule",
    "ReviewedLabel",
    "RiskChoice",
    "Role",
    "Sanction",
    "SignIn",
    "Speaks",
    "Statement",
    "StatementCost",
    "SystemsRead",
    "Taken",
    "Task",
    "TaskPace",
    "TaskState",
    "TaskTold",
    "Terms",
    "TermsAccepted",
    "TermsOfUse",
    "TextIndex",
    "Thread",
    "Trained",
    "UsualTime",
    "Verdict",
    "Voter",
    "Watched",
    "Webhook",
    "WorkedDay",
    "Worker",
]
