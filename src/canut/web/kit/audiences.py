"""Audiences of addresses: the roles that each one admits and excludes."""

from dataclasses import dataclass

from canut.store.models import Role


@dataclass(frozen=True)
class Audience:
    """Who may open an address.

    Args:
        name: as shown in the table of addresses.
        signed_in: whether one must be somebody.
        roles: any of these lets in; in the address's project when it has one, else anywhere.
        demo_only: exists only on a demo's database, from this machine.
        never: any of these, held anywhere, keeps out, whatever else one is.
    """

    name: str
    signed_in: bool = True
    roles: frozenset[Role] = frozenset()
    demo_only: bool = False
    never: frozenset[Role] = frozenset()


ANYONE = Audience("anyone", signed_in=False)
SIGNED_IN = Audience("signed in")
DEMO = Audience("demo visitor", signed_in=False, demo_only=True)
BEARERS = Audience(
    "worker, or who reads appeals", roles=frozenset({Role.WORKER, Role.REVIEWER, Role.OPERATOR})
)
WORKERS = Audience("worker", roles=frozenset({Role.WORKER}))
AT_WORK = Audience("worker or representative", roles=frozenset({Role.WORKER, Role.REPRESENTATIVE}))
TIMED = Audience("worker or reviewer", roles=frozenset({Role.WORKER, Role.REVIEWER}))
REQUESTERS = Audience("requester", roles=frozenset({Role.REQUESTER, Role.OPERATOR}))
READERS = Audience(
    "reader of results",
    roles=frozenset({Role.REQUESTER, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR}),
)
INCIDENT_READERS = Audience(
    "who works in a project or reads its results",
    roles=READERS.roles | {Role.WORKER, Role.REPRESENTATIVE, Role.MAINTAINER},
)
MAINTAINERS = Audience("maintainer, or reader of results", roles=READERS.roles | {Role.MAINTAINER})
REVIEWERS = Audience("reviewer", roles=frozenset({Role.REVIEWER, Role.OPERATOR}))
DECIDERS = Audience(
    "who decides in the project", roles=frozenset({Role.REQUESTER, Role.REVIEWER, Role.OPERATOR})
)
OPERATORS = Audience("operator", roles=frozenset({Role.OPERATOR}))
REPRESENTATIVES = Audience("representative", roles=frozenset({Role.REPRESENTATIVE}))
OVERSEERS = Audience(
    "representative or operator", roles=frozenset({Role.REPRESENTATIVE, Role.OPERATOR})
)
SECOND_PEOPLE = Audience(
    "who decides in a project, or a representative", roles=DECIDERS.roles | OVERSEERS.roles
)
RATE_WITNESSES = Audience(
    "representative, auditor or operator",
    roles=frozenset({Role.REPRESENTATIVE, Role.AUDITOR, Role.OPERATOR}),
)
PROJECT_WITNESSES = Audience(
    "reader of results, or a representative", roles=READERS.roles | REPRESENTATIVES.roles
)
RULE_READERS = Audience(
    "auditor or representative", roles=frozenset({Role.AUDITOR, Role.REPRESENTATIVE})
)
AMONG_WORKERS = Audience(
    "worker or representative, who neither asks nor runs the instance",
    roles=frozenset({Role.WORKER, Role.REPRESENTATIVE}),
    never=frozenset({Role.OPERATOR, Role.REQUESTER}),
)


def _without_operators(name: str, *roles: Role) -> Audience:
    """Return the people of any of these roles, or everybody, who do not run the instance."""
    operators = frozenset({Role.OPERATOR})
    return Audience(
        f"{name}, who does not run the instance", roles=frozenset(roles), never=operators
    )


SPEAKERS = _without_operators("representative", Role.REPRESENTATIVE)
PARTIES = _without_operators("representative or requester", Role.REPRESENTATIVE, Role.REQUESTER)
NO_OPERATORS = _without_operators("signed in")
MEDIA_READERS = Audience("anyone with a role", roles=frozenset(Role))
