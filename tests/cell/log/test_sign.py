"""A message is read for who, with whom and over what; all others are passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cell.log.samples import BANNER, FOUND, LIBERTY, LOST, QUIET, REFUSED, SYNC, UNTRUSTED, inbound
from limner.cell.log.records import Record
from limner.cell.log.sign import Kind, Sign, process_of, read


def sign(text: str) -> Sign:
    found = read(record(text))
    assert found is not None
    return found


def record(text: str) -> Record:
    return Record(1, "10:37", " ".join(text.split()))


def test_the_seed_s_message() -> None:
    found = sign(REFUSED.partition("is null\n")[2])
    assert (found.kind, found.code, found.inbound) == (Kind.HANDSHAKE, "SSLC0008E", True)
    assert (found.cause.name, found.detail, found.peer) == ("protocol", "TLSv1", "")


def test_a_signer_that_is_missing_comes_with_target_store_and_configuration() -> None:
    found = sign(UNTRUSTED)
    assert (found.peer, found.inbound, found.cause.name) == ("stcon.acme.example:8879", False, "trust")
    assert (found.alias, found.store) == ("NodeDefaultSSLSettings", "/opt/IBM/trust.p12")


def test_the_newer_words_of_the_same_message() -> None:
    found = sign(LIBERTY)
    assert found.peer == "a server that showed CN=*.gateway.example, O=Acme, C=US"
    assert (found.alias, found.store) == ("defaultSSLConfig", "/srv/key.jks")


def test_a_synchronization_that_fails() -> None:
    found = sign(SYNC.format("stpNode"))
    assert (found.kind, found.peer) == (Kind.SYNC, "node stpNode")


def test_a_file_transfer_that_fails_is_a_call_to_the_deployment_manager() -> None:
    found = sign(
        "[10/12/16 10:39:00:001 BST] 000000bc FfdcProvider W FFDC1003I: com.ibm.ws.management.filetransfer.client."
        "FileTransferClientImpl.download javax.net.ssl.SSLHandshakeException: Remote host closed connection during "
        "handshake"
    )
    assert (found.peer, found.inbound) == ("the deployment manager's file transfer", False)
    assert found.cause.name == "closed"


def test_node_agents_lost_and_found() -> None:
    lost, found = sign(LOST.format(1, "stpNode")), sign(FOUND.format(1, "stpNode"))
    assert (lost.kind, lost.peer) == (Kind.LOST, "node stpNode")
    assert (found.kind, found.peer) == (Kind.FOUND, "node stpNode")
    discovered = "ADMD0023I: The system discovered process (name: {}, type: {}, pid: 4711)"
    assert sign(discovered.format("nodeagent", "NodeAgent")).kind is Kind.FOUND
    assert read(record(discovered.format("server1", "ManagedProcess"))) is None


def test_a_plain_request_at_a_port_of_tls() -> None:
    found = sign(inbound("javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?"))
    assert (found.cause.name, found.inbound) == ("plain text", True)


def test_a_handshake_error_of_an_unknown_kind_is_still_told() -> None:
    found = sign("SystemErr R javax.net.ssl.SSLHandshakeException: something new")
    assert (found.kind, found.cause.name, found.inbound) == (Kind.HANDSHAKE, "other", None)


def test_other_messages_say_nothing() -> None:
    assert read(record(QUIET)) is None
    assert process_of(record(QUIET)) is None


def test_the_banner_names_the_process() -> None:
    assert process_of(record(BANNER)) == "stmNode/STMediaServer"
    assert process_of(record("running with process name a/b/c and process id 1")) == "b/c"


@given(st.text(max_size=200), st.sampled_from(["SSLC0008E", "CWPKI0022E", "ADMS0206I", "ADMC0047W", "SSLException"]))
def test_any_text_with_a_known_word_is_read(text: str, word: str) -> None:
    assert sign(f"{word}: {text}") == sign(f"{word}:   {text}")
