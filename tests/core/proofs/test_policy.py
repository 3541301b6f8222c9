import re

import pytest

from canut.core.errors import BadProof, NotProven
from canut.core.proofs.note import COSIGNATURE, ED25519, read_key, write_key
from canut.core.proofs.policy import WitnessGroup, WitnessSignature, judge, read_policy
from tests.core.proofs.vectors import LOG, POLICY, WITNESSES, leaves, vectors, witnessed

L = write_key(LOG.key)
W1, W2, W3 = (write_key(one.key) for one in WITNESSES)


def cosigning(text: str) -> str:
    """Let the witnesses of a published policy have keys of the kind that cosigns."""
    for published in re.findall(r"\S+\+[0-9a-f]{8}\+\S+", text):
        key = read_key(published)
        text = text.replace(published, write_key(key._replace(kind=COSIGNATURE)))
    return text


def test_the_published_policy_reads_as_published() -> None:
    published = vectors("c2sp", "tlog_policy.json")["tidy"]
    policy = read_policy(cosigning(published).encode())

    assert policy.logs == ()
    assert [key.name for key in policy.witnesses.values()] == ["sigsum.org", "example.com"]
    assert policy.groups == {"g1": WitnessGroup(2, ("w1", "w2"))}
    assert policy.quorum == "g1"


def test_witness_with_a_key_of_the_kind_of_logs_is_refused() -> None:
    plain = write_key(WITNESSES[0].key._replace(kind=ED25519))

    with pytest.raises(BadProof, match="line 2 of the policy: a witness cosigns with a key of kin"):
        read_policy(f"log {L}\nwitness a {plain}\nquorum a\n".encode())


def test_key_of_the_log_is_no_witness() -> None:
    own = write_key(LOG.key._replace(kind=COSIGNATURE))
    apart = read_policy(f"witness a {own}\nquorum a\n".encode())

    for text in (f"log {L}\nwitness a {own}\nquorum a\n", f"witness a {own}\nlog {L}\nquorum a\n"):
        with pytest.raises(BadProof, match="'a' has the key of a log"):
            read_policy(text.encode())
    with pytest.raises(BadProof, match="'a' has the key of a log"):
        judge(witnessed(leaves(3)), apart, [LOG.key])


def test_two_of_three_witnesses_suffice_and_are_named() -> None:
    judged = judge(witnessed(leaves(7)), read_policy(POLICY))

    assert judged.checkpoint.size == 7
    assert judged.log == LOG.key
    assert judged.seen == (
        WitnessSignature("w1", 1_700_000_000),
        WitnessSignature("w2", 1_700_000_001),
    )
    assert judged.is_witnessed


def test_one_witness_of_two_needed_does_not_suffice_and_it_is_said_who_is_missing() -> None:
    with pytest.raises(NotProven, match=r"'g' needs 2 of 3 and has 1 \('w2' did not sign, 'w3'"):
        judge(witnessed(leaves(7), 1), read_policy(POLICY))


def test_a_witness_the_policy_does_not_know_is_told_and_not_counted() -> None:
    policy = read_policy(f"log {L}\nwitness a {W1}\nquorum a\n".encode())

    judged = judge(witnessed(leaves(3)), policy)

    assert judged.uncounted == (WITNESSES[1].name,)


def test_without_a_quorum_the_log_alone_suffices_and_it_is_said() -> None:
    judged = judge(witnessed(leaves(3), 0), read_policy(f"log {L}\nquorum none\n".encode()))

    assert not judged.is_witnessed


def test_a_log_known_from_elsewhere_is_trusted_beside_a_policy_without_logs() -> None:
    policy = read_policy(f"witness a {W1}\nquorum a\n".encode())

    assert judge(witnessed(leaves(3)), policy, [LOG.key]).log == LOG.key
    with pytest.raises(NotProven, match="names no log"):
        judge(witnessed(leaves(3)), policy)


def test_groups_of_groups_are_counted_one_by_one() -> None:
    text = f"log {L}\nwitness a {W1}\nwitness b {W2}\nwitness c {W3}\ngroup one any a b\n"
    both = f"{text}group all2 all one c\nquorum all2\n".encode()
    either = f"{text}group any2 1 one c\nquorum any2\n".encode()

    judged = judge(witnessed(leaves(3), 1), read_policy(either))

    assert [one.name for one in judged.seen] == ["a"]
    with pytest.raises(NotProven, match=r"'all2' needs 2 of 2 and has 1 \('c' did not sign\)"):
        judge(witnessed(leaves(3), 2), read_policy(both))


def test_spaces_tabs_comments_addresses_and_odd_names_are_read() -> None:
    text = f"# trust\n\n \tlog\t{L}  https://log.example \n  # more\nwitness \xff\xe9 {W1} u\n"
    text += "quorum \xff\xe9"

    policy = read_policy(text.encode("latin-1"))

    assert list(policy.witnesses) == [policy.quorum]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "says no quorum"),
        (f"log {L}\n", "says no quorum"),
        ("quorum none\nquorum none\n", "line 2 of the policy: there is a second quorum"),
        ("quorum a\n", "line 1 of the policy: 'a' is not defined"),
        (f"quorum a\nwitness a {W1}\n", "line 1 of the policy: 'a' is not defined"),
        (f"log {L}\nlog {L} u\n", "line 2 of the policy: the key of the log .* stands twice"),
        (f"log {W1}\n", "kind 1; this is of kind 4"),
        (f"log {L} u v\n", "is not a log, witness, group or quorum"),
        ("logs x\n", "is not a log, witness, group or quorum"),
        (f"witness none {W1}\n", "the name 'none' is taken"),
        (f"witness a {W1}\nwitness a {W2}\n", "the name 'a' is taken"),
        (f"witness a {W1}\nwitness b {W1}\n", "the key of the witness 'b' stands twice"),
        (f"witness a {W1}\ngroup a any a\n", "the name 'a' is taken"),
        (f"witness a {W1}\ngroup g any\n", "is not a log, witness, group or quorum"),
        (f"witness a {W1}\ngroup g any a a\n", "a member twice"),
        (f"witness a {W1}\ngroup g any a\ngroup h any a\n", "a member twice"),
        (f"witness a {W1}\ngroup g 0 a\n", "needs 0 of 1"),
        (f"witness a {W1}\ngroup g 2 a\n", "needs 2 of 1"),
        (f"witness a {W1}\ngroup g 01 a\n", "the number of a group"),
        (f"witness a {W1}\ngroup g some a\n", "the number of a group"),
        ("group g any none\n", "'none' is not defined"),
        (f"log {L}\r\nquorum none\r\n", "line 1 of the policy: it holds a control character"),
        (f"log {L[:-2]}\n", "line 1 of the policy: the key of"),
        ("#" * 1_000_001, "1000001 bytes"),
    ],
)
def test_a_policy_with_a_fault_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_policy(text.encode())
