import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.note import (
    COSIGNATURE,
    ED25519,
    Signer,
    Verifier,
    open_note,
    read_key,
    read_note,
    read_signer,
    sign_note,
    signature_line,
    write_key,
    write_signer,
)
from canut.core.proofs.signing import sign
from canut.core.proofs.strict import write_base64
from tests.core.proofs.vectors import LOG, WITNESSES, vectors

TEXT = "A line.\n\nAnother — with an é.\n"


def test_published_notes_open_with_their_keys_alone() -> None:
    for case in vectors("c2sp", "signed_notes.json")["valid"]:
        key = read_key(case["vkey"])

        opened = open_note(case["note"].encode(), [key])

        assert [one.key for one in opened.signed] == [key]
        assert case["note"].startswith(opened.text + "\n")
        with pytest.raises(NotProven, match="no trusted key"):
            open_note(case["note"].encode(), [LOG.key])


def test_a_published_signature_is_made_again_byte_for_byte() -> None:
    case = next(c for c in vectors("c2sp", "signed_notes.json")["valid"] if "skey" in c)
    signer = read_signer(case["skey"])

    note = sign_note(case["note"].partition("\n\n")[0] + "\n", signer)

    assert note == case["note"]
    assert (write_key(signer.key), write_signer(signer)) == (case["vkey"], case["skey"])


def test_published_bad_keys_and_everything_near_good_ones_are_refused() -> None:
    published = vectors("c2sp", "signed_notes.json")
    good = {case["vkey"] for case in published["valid"]}
    bad = set(published["bad_vkeys"])
    for key in good:
        ends = range(len(key) + 1)
        bad |= {key[begin:end] for begin in ends for end in ends[begin:]}
        bad |= {f"{key[:at]}{chr(ord(key[at]) + 1)}{key[at + 1 :]}" for at in range(len(key))}

    read = []
    for key in bad - good:
        try:
            read_key(key)
        except BadProof:
            continue
        read.append(key)

    assert len(bad) > 5000
    assert not read


@given(st.sampled_from([ED25519, COSIGNATURE]), st.binary(min_size=32, max_size=32))
def test_keys_read_back(kind: int, secret: bytes) -> None:
    signer = Signer("log.example/é", kind, secret)

    assert read_signer(write_signer(signer)) == signer
    assert read_key(write_key(signer.key)) == signer.key


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_any_text_without_control_characters_can_be_signed(line: str) -> None:
    text = f"{line}\n"

    opened = open_note(sign_note(text, LOG).encode(), [LOG.key])

    assert opened.text == text


def test_a_text_may_hold_empty_lines_and_look_like_a_signature() -> None:
    text = TEXT + "\n— log.example/one AAAAAAA=\n"

    opened = open_note(sign_note(text, LOG).encode(), [LOG.key])

    assert opened.text == text


def test_a_witness_signs_with_its_time() -> None:
    note = f"{TEXT}\n{signature_line(TEXT, WITNESSES[0], 1_700_000_000)}".encode()

    opened = open_note(note, [WITNESSES[0].key])

    assert opened.signed[0].at_s == 1_700_000_000


def test_a_time_no_clock_can_show_is_refused_though_signed() -> None:
    witness, at_s = WITNESSES[0], 2**63
    signature = sign(witness.secret, f"cosignature/v1\ntime {at_s}\n{TEXT}".encode())
    raw = write_base64(witness.key.id + at_s.to_bytes(8) + signature)

    with pytest.raises(NotProven, match="is not by its key"):
        open_note(f"{TEXT}\n— {witness.name} {raw}\n".encode(), [witness.key])


def test_unknown_names_are_told_and_not_counted() -> None:
    stranger = Signer("stranger.example", ED25519, bytes(32))

    opened = open_note(sign_note(TEXT, stranger, LOG).encode(), [LOG.key])

    assert [one.key.name for one in opened.signed] == [LOG.name]
    assert opened.unknown == ("stranger.example",)


def test_a_key_of_the_same_name_alone_is_another_key() -> None:
    other = Signer(LOG.name, ED25519, bytes(32))

    with pytest.raises(NotProven, match=r"no trusted key signed this note; it names 'log\.example"):
        open_note(sign_note(TEXT, other).encode(), [LOG.key])


def test_a_false_signature_in_a_trusted_name_refuses_the_whole_note() -> None:
    line = signature_line("Another text.\n", WITNESSES[0], 1)
    note = (sign_note(TEXT, LOG) + line).encode()

    with pytest.raises(NotProven, match=r"name of 'witness\.example/1' is not by its key"):
        open_note(note, [LOG.key, WITNESSES[0].key])


def test_a_cosignature_is_no_plain_signature_of_the_same_key() -> None:
    as_log = Signer(LOG.name, COSIGNATURE, LOG.secret)
    note = f"{TEXT}\n{signature_line(TEXT, as_log, 1)}".encode()

    with pytest.raises(NotProven, match="no trusted key"):
        open_note(note, [LOG.key])


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (b"", "no empty line"),
        (b"text\n", "no empty line"),
        (b"text\n\n", "no empty line"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA=", "no empty line with whole signature lines"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA=\n\n", "no empty line"),
        (b"te\rxt\n\n\xe2\x80\x94 a AAAAAAA=\n", r"control character '\\r'"),
        (b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n", "not UTF-8"),
        (b"text\n\n- a AAAAAAA=\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94  AAAAAAA=\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a\xc2\xa0b AAAAAAA=\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAA= \n", "not standard base64"),
        (b"text\n\n\xe2\x80\x94 a AAAAAAB=\n", "second spelling"),
        (b"text\n\n\xe2\x80\x94 a AAAAAA==\n", "4 bytes"),
        (b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 101, "101 signatures"),
        (b"x" * 1_000_001, "1000001 bytes"),
    ],
)
def test_what_is_no_note_is_refused_with_what_is_wrong(note: bytes, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_note(note)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "no key"),
        ("a+00000000", "no key"),
        ("+00000000+AQ==", "no name of a key"),
        ("a b+00000000+AQ==", "no name of a key"),
        ("\ud800+00000000+AQ==", "no name of a key"),
        ("a+00000000+AQ==", "kind 1 with 0 bytes"),
        ("a+00000000+" + "Aw" + "A" * 42, "kind 3 with 32 bytes"),
        ("a+00000000+" + "AQ" + "A" * 42, "has the identity"),
        ("a+7659A8F0+" + "AQ" + "A" * 42, "has the identity"),
    ],
)
def test_what_is_no_key_is_refused_with_what_is_wrong(key: str, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_key(key)


@pytest.mark.parametrize("end", ["", "x", "!"])
def test_a_refused_secret_key_is_never_shown(end: str) -> None:
    secret = write_signer(LOG)
    for text in (secret[8:] + end, secret[:-1] + end, secret.replace("+", "-") + end):
        with pytest.raises(BadProof) as refused:
            read_signer(text)

        assert secret[-20:-2] not in str(refused.value)
        assert refused.value.__cause__ is None


def test_what_cannot_be_signed_is_refused() -> None:
    with pytest.raises(BadInput, match="at least one signature"):
        sign_note(TEXT)
    with pytest.raises(BadInput, match="does not end with a new line"):
        sign_note("text", LOG)
    with pytest.raises(BadInput, match="control character"):
        sign_note("te\0xt\n", LOG)
    with pytest.raises(BadInput, match="no name of a key"):
        sign_note(TEXT, LOG._replace(name="a b"))
    with pytest.raises(BadInput, match="no name of a key"):
        write_key(Verifier("a+b", ED25519, bytes(32)))
    for signer, at_s in ((LOG, 5), (WITNESSES[0], 0), (WITNESSES[0], 2**63)):
        with pytest.raises(BadInput, match="only cosignatures have a time"):
            signature_line(TEXT, signer, at_s)
    with pytest.raises(BadProof, match="32 bytes; this one has 31"):
        sign_note(TEXT, LOG._replace(secret=bytes(31)))
