"""Register of personal data: how long each kind of record is stored, and why.

The guide's tables are made from this list, in both languages; ``actions.time.retention`` deletes
what has an end. A test names any table about people that is missing here.
"""

from typing import NamedTuple


class RetentionRule(NamedTuple):
    """The retention of one kind of record.

    Args:
        tables: where it stands.
        what: in words a person reads.
        long: how long it stays.
        why: what it is for.
    """

    tables: tuple[str, ...]
    what: str
    long: str
    why: str


BEGUN_DAYS = 30
RECEIVED_DAYS = 7
OPENINGS_DAYS = 730
JOBS_DAYS = 30
LINKS_DAYS = 30
LETTERS_DAYS = 90

RETENTION = (
    RetentionRule(
        ("Beat", "OpenPage"),
        "Beats: how many keys, clicks and scrolls each second, on which sort of page",
        "90 days after the pay period (a setting), then deleted",
        "To measure your time, and to contest the measure.",
    ),
    RetentionRule(
        ("Credited", "CreditedUntil", "WorkedDay"),
        "Measured time: intervals and totals of days",
        "As long as the account",
        "To compute your pay again, years later.",
    ),
    RetentionRule(
        ("Claim",),
        "Time you added or contested, time held back, and the answers",
        "As long as the account",
        "To show what was decided, and why.",
    ),
    RetentionRule(
        ("Decision", "Sanction", "Appeal", "WaitingRejection"),
        "Decisions about you, by people and by rules",
        "As long as the account",
        "So that you can read, contest and appeal them.",
    ),
    RetentionRule(
        ("Answer", "PayLine", "PayAdjustment", "Bonus", "TopUp", "ResaleShare", "Lease", "Flag"),
        "Answers, tasks lent and reported, pay lines",
        "For ever, under a random name",
        "They are the work itself, and the proof of what was paid.",
    ),
    RetentionRule(
        ("Begun",),
        "What you began to answer and did not send",
        "Until you answer the task, 30 days at most",
        "To go on with it on another device.",
    ),
    RetentionRule(
        ("PageSeat",),
        "What a requester’s own page sent for you, before you handed it in",
        "7 days",
        "To hand it in where the page closed too early.",
    ),
    RetentionRule(
        ("WorkerAlias",),
        "Your name at each requester",
        "As long as the account",
        "So that their programs can pay and write to you, and know you nowhere else.",
    ),
    RetentionRule(
        ("TurkProposal",),
        "What a requester’s program proposed against you, before a person decided",
        "As long as the account",
        "So that nothing follows from it before a named person decides.",
    ),
    RetentionRule(
        ("Review", "Verdict", "ReviewedLabel", "Bulk"),
        "What you reviewed and decided of tasks, and what you changed on many at once",
        "For ever, reviews under a random name",
        "They are the label itself; a change can be undone.",
    ),
    RetentionRule(
        ("Trained", "Incident", "IncidentEvent", "IncidentRepair"),
        "Which models you had taught, and what you saw, owned, repaired or verified of an incident",
        "As long as the account",
        "To know who answers for a model.",
    ),
    RetentionRule(
        ("Protection", "RiskChoice", "AppealLook"),
        "Your limits, what you agreed to see, your last break, appeals about hard material that you"
        " read, and when you worked in two weeks",
        "As long as the account; when you worked, two weeks",
        "To lend you no more hard material or hours than protects you; only you see it.",
    ),
    RetentionRule(
        ("Habits",),
        "What the quality of labels is estimated from, answer by answer",
        "Until the next estimate",
        "To weigh answers; it never changes what is paid.",
    ),
    RetentionRule(
        ("RecordOpening",),
        "Who opened your time or your pay, when and why",
        "2 years",
        "For you to read.",
    ),
    RetentionRule(
        ("Terms",),
        "Where and as what you work, each version",
        "As long as the account",
        "Your pay goes by the version of each day.",
    ),
    RetentionRule(
        ("TermsChange", "PlaceWord"),
        "Changes of your status and place, who agreed, what you contested; where you say you work",
        "As long as the account",
        "So that nobody changes hours you have worked alone, and you can read how it was decided.",
    ),
    RetentionRule(
        (
            *("Statement", "StatementCost", "Payment", "PaidTime", "Countersignature"),
            *("VacationPay", "VacationPayout"),
        ),
        "Pay statements, payments, and which time was paid when",
        "For ever",
        "The law asks for them, and anyone can count them again.",
    ),
    RetentionRule(
        ("PortraitInput", "PortraitDraftInput"),
        "Your sums in each quarter of the Portrait: hours and pay by occupation, never published",
        "For ever",
        "To hold a correction back where both editions side by side would show you.",
    ),
    RetentionRule(
        ("OpeningBalance",),
        "Pay of the year from before Canut, and who entered it",
        "For ever",
        "Contributions have a yearly limit, and a year has one summary.",
    ),
    RetentionRule(
        ("OwnCosts",),
        "What you say the work costs you: device, connection, electricity",
        "As long as the account",
        "To keep your pay above the minimum after those costs.",
    ),
    RetentionRule(
        ("Confirmation",),
        "What your devices signed for each dataset: keys, a random number, how much time",
        "Until you ask to be erased; what a dataset took along stays in it",
        "To show that people confirmed their pay, without saying who.",
    ),
    RetentionRule(
        ("Credit",),
        "The name you chose to be credited by in a dataset",
        "Until you withdraw it or ask to be erased; datasets already released keep it",
        "To name you where the dataset is cited; nobody here reads it before.",
    ),
    RetentionRule(
        ("Erasure",),
        "That you asked to be erased from what the ledger keeps aside, and when it was done",
        "As long as the account",
        "To tell you that it was done.",
    ),
    RetentionRule(
        ("PersonKey",),
        "Your keys, under which your entries in the ledger and your bank account are sealed",
        "Until you ask to be erased; that of your pay, as long as the law asks for it",
        "Without them what they seal cannot be read, wherever a copy of it lies.",
    ),
    RetentionRule(
        ("Erased",),
        "A hash that says that somebody was erased, and when",
        "As long as the instance",
        "So that a copy from before is erased again once it is brought back.",
    ),
    RetentionRule(
        ("BankDetails", "BankReading", "AccountRequest"),
        "Where you are paid, sealed, who opened it, and who asked you for it",
        "Until you replace it; openings as long as the account",
        "To pay you, and for you to know who looked.",
    ),
    RetentionRule(
        ("ClientRating", "BroughtRecord"),
        "Your ratings of clients, records you brought from elsewhere",
        "As long as the account",
        "To tell others what a client really pays; to keep your past.",
    ),
    RetentionRule(
        ("PassportCredential", "PassportLink"),
        "Credentials you asked for, sealed under your key, and the links you shared them by",
        "As long as the account",
        "To give them to you again, and to tell you when a link was opened.",
    ),
    RetentionRule(
        ("BroughtCredential", "RecognitionDraft"),
        "Credentials you brought from elsewhere, and what you wrote for a recognition of skills,"
        " sealed under your key",
        "Until you delete them; as long as the account",
        "To list them beside yours, and to lose nothing that you wrote.",
    ),
    RetentionRule(
        ("FollowedPathway",),
        "Which pathways to an occupation you said you follow",
        "Until you stop following it, or ask to be erased",
        "To count how many people followed each, told from twenty on; only you see yours.",
    ),
    RetentionRule(
        ("Departure", "Destination"),
        "That you said you leave, and what you said of where you went",
        "Until you delete it, or ask to be erased",
        "To tell in the Portrait how many people moved on, from twenty answers on.",
    ),
    RetentionRule(
        ("Reader", "Reading"),
        "That you agreed to read texts, and what you answered about them",
        "Until you stop; answers as long as the account. Once you are erased, only whether they"
        " were right stays, without you",
        "To pay the time, and to say how many readers understood a text.",
    ),
    RetentionRule(
        ("ReadingMark",),
        "Whether you found an answer about a text right; you do not know whose it is",
        "As long as the answer",
        "To say how an answer in words was marked.",
    ),
    RetentionRule(
        ("InvitedContact", "InvitedList"),
        "An address that a client gave us to invite you, and the letter sent to it",
        "Until the day named in the letter, 90 days at most; at once if you refuse letters",
        "To send one invitation, and to show the client what was sent.",
    ),
    RetentionRule(
        ("ContactRefusal",),
        "That an address wants no more letters of a client, as a code that cannot be read back",
        "As long as the client is here",
        "So that the client cannot write to it again.",
    ),
    RetentionRule(
        ("PoolMember", "PoolCall"),
        "That a client may ask you again, your groups there, and what it asked you",
        "Until you leave; at once then",
        "So that the client can offer you work. No other client sees it.",
    ),
    RetentionRule(
        ("PoolGroup", "BoardEntry", "Qualification"),
        "Groups, qualifications and entries on the board that you made for your organisation",
        "As long as the organisation",
        "To know who answers for them.",
    ),
    RetentionRule(
        ("Participation",),
        "Studies on other sites you took part in, under a pseudonym, and the code you brought back",
        "As long as the account",
        "To pay your time, and to ask the client to delete what you take back.",
    ),
    RetentionRule(
        ("PrescreenAnswer",),
        "What you say of yourself for quotas of studies: your device, your sound, your hours",
        "Until you delete it",
        "So that studies find the people they need; clients read only how many places are left.",
    ),
    RetentionRule(
        ("Study", "ProlificStudy", "ProlificAccount", "TopUpBatch"),
        "Studies you set up here and on Prolific, its token, and top-ups you set up there",
        "As long as the organisation",
        "To know who answers for them.",
    ),
    RetentionRule(
        ("QualificationGrant", "QualificationRequest", "QualificationAttempt"),
        "Qualifications you asked for, a client gave you, you earned in training, or that were"
        " taken back; their tests, with your answers",
        "As long as the account",
        "So that you can read who gave or took them, and why.",
    ),
    RetentionRule(
        ("Commission", "ContradictionAnswer", "PlainText", "ReaderTest"),
        "Commissions, answers to their contradictions, texts and their tests, with who wrote them",
        "As long as the project",
        "So that people who work in a project, and its client, read what was agreed and by whom.",
    ),
    RetentionRule(
        ("ComparedPerson",),
        "Which of two presentations you saw, and how hard you said the work was",
        "As long as the account; whether you use assistive technology, until the comparison ends",
        "To tell which presentation is better for people; nothing else rests on it.",
    ),
    RetentionRule(
        ("Comparison", "PlantedProposal"),
        "Comparisons you opened, agreed to or held, and wrong proposals you had planted",
        "As long as the instance",
        "To know who answers for them.",
    ),
    RetentionRule(
        ("LienVersion",),
        "The lines you wrote of a model, and the name of who answers for it",
        "As long as the instance; they are public",
        "So that everybody can read who answers for a model, and how to oppose it.",
    ),
    RetentionRule(
        ("Opening",),
        "Openings you published for an organisation, or took down",
        "As long as the instance",
        "So that everybody can read who offers what, and why one was taken down.",
    ),
    RetentionRule(
        ("Voter", "Candidate", "Call"),
        "Elections: who may vote and did, who stands, who asks for one; never who voted how",
        "As long as the election's record",
        "To count each voice once.",
    ),
    RetentionRule(
        ("PriceMandate", "PriceOffer", "AccordSignature"),
        "Price agreements: what you asked for or offered as a representative or for a client, and"
        " what you signed",
        "As long as the instance",
        "So that everybody can read who agreed on a price.",
    ),
    RetentionRule(
        (
            *("EthicsTerm", "EthicsOpinion", "EthicsHold", "EthicsOverride", "EthicsWord"),
            *("EthicsVote", "EthicsReply", "EthicsQuestion", "EthicsReview", "EthicsRecall"),
        ),
        "What you said or signed about a project as an ethics reviewer, a representative, a client"
        " or the operator, and the terms you served",
        "As long as the instance",
        "The register is public, and says who held a project, who lifted it and why.",
    ),
    RetentionRule(
        ("EthicsRecallVoter",),
        "Votes on a recall: who may vote and did; never who voted how",
        "As long as the vote's record",
        "To count each voice once.",
    ),
    RetentionRule(
        ("EthicsAssisted", "EthicsNominee"),
        "Opinions you wrote blind, and your CV where you were proposed as an ethics reviewer",
        "Until you ask to be erased",
        "To show that you are ready for the office, and to voters who you are.",
    ),
    RetentionRule(
        ("EthicsHour", "EthicsLook"),
        "What an hour of ethics review pays you, and the hard tasks of a sample that you uncovered",
        "As long as the account",
        "To pay your reviews, and to keep within your limits.",
    ),
    RetentionRule(
        ("PriceVoter",),
        "Votes on a price: who may vote and did; never who voted how",
        "As long as the vote's record",
        "To count each voice once.",
    ),
    RetentionRule(
        ("TermsAccepted", "SystemsRead", "SystemsShown", "PlaceOpened"),
        "Which terms of use you accepted, and when; which text on automated rules you were shown;"
        " when you last read what decides here, what was decided about you, and each project you"
        " follow",
        "As long as the account",
        "To know which text holds between us.",
    ),
    RetentionRule(
        ("WorkerView",),
        "What you think of the assessment of effects, with your name only if you gave it",
        "As long as the assessment",
        "To answer you, and to show what it changed.",
    ),
    RetentionRule(
        ("RepresentativesStatement",),
        "Which statements you signed as an elected representative; they are published unnamed",
        "As long as the instance",
        "To print what representatives said word for word, and bind it to their election.",
    ),
    RetentionRule(
        ("WorkerWords",),
        "What you wrote about your trade for the Portrait, with your name only if you asked",
        "Until you take it back or ask to be erased; copies of a release that others took keep it",
        "To print it beside the figures, as you were told before you wrote it.",
    ),
    RetentionRule(
        ("SavedView",),
        "Views: filters of a list of tasks that you keep under a name",
        "Until you delete them, or the project is deleted",
        "To find the same tasks again.",
    ),
    RetentionRule(
        ("RuleTask", "RuleReview"),
        "Tasks you took on for a rule of law, and notes you wrote on one",
        "As long as the instance",
        "So that everybody can read who follows up a rule, and what was said of it.",
    ),
    RetentionRule(
        ("LessonAttempt", "LessonAnswer", "LessonScript", "LessonLab", "LessonRecall"),
        "Lessons you followed, what they showed of your own work, your answers, and the text you"
        " wrote for a case",
        "Until you erase an attempt; that you followed it, as long as the account",
        "To resume where you stopped, to pay the time, and to show what you learned if you wish.",
    ),
    RetentionRule(
        ("LessonMark", "LessonAnchorMark", "LessonReview"),
        "Marks you gave to a text whose author you do not know or to an invented one, and lessons"
        " you signed",
        "Marks of a case as long as its text; of invented texts as long as the account; signatures"
        " as long as the instance",
        "To say how a case was marked, whether marks still agree, and who reviewed a lesson.",
    ),
    RetentionRule(
        ("WithdrawalRequest",),
        "Requests to withdraw something about somebody: what identifies it, where to answer, and"
        " who of the project answered",
        "What the person wrote, 118 days after the answer or when they erase it; answers as long as"
        " the project",
        "To answer them, to hear an appeal, and to prove that the item is in no later model.",
    ),
    RetentionRule(
        ("Speaks",),
        "Which languages you say you work in",
        "Until you change them; as long as the account",
        "To lend you tasks you can read.",
    ),
    RetentionRule(
        ("Recruited",),
        "Which panel sent you, and what it calls you there",
        "As long as the project",
        "To let the panel pay you; it never leaves with the labels.",
    ),
    RetentionRule(
        ("AuditAnswer",),
        "Which of your answers were a second look at a closed task",
        "For ever, under a random name",
        "To say how often the labels are right.",
    ),
    RetentionRule(
        ("Session", "SignIn", "OneTimeLink"),
        "Sign-ins: which browsers are signed in, addresses that sign in once",
        "60 days after the last visit; addresses 30 days after they end",
        "To keep you signed in.",
    ),
    RetentionRule(
        ("Remembered",),
        "Failed sign-ins: under which name, and from which address; requests of a public form, by a"
        " hash of the address",
        "Five minutes, a day at most",
        "So that nobody guesses a password by trying, or fills a public form without end.",
    ),
    RetentionRule(
        ("Letter",),
        "Which letters left by mail, never what they said",
        "90 days",
        "To send each of them once.",
    ),
    RetentionRule(
        ("ApiKey", "ApiRate", "ApiReply", "ApiUpload", "ExportFile"),
        "Keys of programs, who made them, and what they sent or took out",
        "Keys as long as the instance; answers to repeated requests a day; files a week",
        "To know which program did what, and who let it in.",
    ),
    RetentionRule(
        ("DBTaskResult",),
        "Jobs that ran in the background",
        "30 days",
        "To find out why something did not arrive.",
    ),
    RetentionRule(
        ("Webhook", "Delivery"),
        "Webhooks: who made them, and what was sent, which names no person",
        "Until the webhook is removed; what was sent, 30 days",
        "To see what arrived, and to send it again.",
    ),
    RetentionRule(
        (),
        "Access logs: addresses and devices of visitors",
        "None is written",
        "Nobody needs them; whoever runs a server in front may write one.",
    ),
)
