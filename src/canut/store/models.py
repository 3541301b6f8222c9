"""The tables, listed for Django; each lives with its subject."""

from canut.store.tables.actors import ActorsNoted, Decided
from canut.store.tables.appeals import Appeal, AppealLook, Sanction
from canut.store.tables.begun import Begun
from canut.store.tables.cards import Card
from canut.store.tables.clients import ClientMeasure, ClientRating
from canut.store.tables.confirming import Confirmation
from canut.store.tables.credits import Credit, Erasure
from canut.store.tables.decisions import Decision
from canut.store.tables.elections import Call, Candidate, Election, Voter
from canut.store.tables.eligibility import Eligibility, Speaks
from canut.store.tables.export_files import ExportFile
from canut.store.tables.funds import ChainParty, ChainVersion, FundsLine
from canut.store.tables.gold import AuditAnswer, Gold, GoldChange
from canut.store.tables.instance import Fact
from canut.store.tables.keys import ApiKey, ApiRate, ApiReply, ApiUpload
from canut.store.tables.labour import Beat, OpenPage, PayAdjustment, PayLine
from canut.store.tables.ledger import (
    Cosignature,
    Countersignature,
    EntryPending,
    Log,
    LogEntry,
    LogTile,
    PlatformEntry,
    Taken,
)
from canut.store.tables.letters import Letter
from canut.store.tables.life import ProjectChange
from canut.store.tables.loop import Incident, LoopRule, Trained
from canut.store.tables.managing import Bulk, BulkTask, TextIndex
from canut.store.tables.messages import ChannelMessage, Message, Thread
from canut.store.tables.organisations import Membership, Organisation, Role
from canut.store.tables.panels import PanelLink, Recruited
from canut.store.tables.payments import BankDetails, BankReading, Payment, PaymentFile
from canut.store.tables.people import Invitation, InvitationUse, OneTimeLink, Person
from canut.store.tables.periods import (
    Contributed,
    DryRun,
    PaidTime,
    PayPolicy,
    Period,
    PlaceFile,
    Statement,
    StatementCost,
)
from canut.store.tables.person_keys import Erased, PersonKey
from canut.store.tables.pilots import Pilot, TaskPace
from canut.store.tables.policies import (
    OversightReport,
    PolicyChange,
    PolicyOpinion,
    TermsAccepted,
    TermsOfUse,
)
from canut.store.tables.portrait import PortraitRelease
from canut.store.tables.prelabels import ModelAnswer, ModelAuthor
from canut.store.tables.projects import Project, QuestionVersion, RateVersion
from canut.store.tables.proposals import Proposal
from canut.store.tables.protection import Protection, RiskChoice
from canut.store.tables.quality import Consensus, Estimate, Habits
from canut.store.tables.records import BroughtRecord
from canut.store.tables.removal import Removal
from canut.store.tables.reviews import Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.tables.sign_ins import Remembered, SignIn
from canut.store.tables.systems import SystemsRead
from canut.store.tables.terms import Terms
from canut.store.tables.time import (
    Claim,
    Credited,
    CreditedUntil,
    RecordOpening,
    UsualTime,
    WorkedDay,
)
from canut.store.tables.webhooks import Delivery, TaskTold, Watched, Webhook
from canut.store.tables.work import (
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
