"""Logs in the words of real ones: the seed blog's, IBM's documents, public questions, Open Liberty's source."""

from __future__ import annotations

REFUSED = """\
[10/12/16 10:37:24:483 BST] 0000008e TelephonyServ I   UserName in Message\x20
is null
[10/12/16 10:37:31:278 BST] 000000ba SSLHandshakeE E   SSLC0008E: Unable\x20
to initialize SSL connection.  Unauthorized access was denied or security\x20
settings have expired.  Exception is\x20
Client requested protocol TLSv1 not enabled or not supported
"""
BANNER = """\
************ Start Display Current Environment ************
WebSphere Platform 8.5.5.7 [ND 8.5.5.7]  running with process name stCell\\stmNode\\STMediaServer and process id 12345
************* End Display Current Environment *************
"""
SSLC = (
    "Unable to initialize SSL connection.  Unauthorized access was denied or security settings have expired.  "
    "Exception is"
)
UNTRUSTED = (
    "[12.10.16 10:38:00:001 MESZ] 000000bb WSX509TrustMa E   CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with "
    'SubjectDN "CN=*.acme.example, O=Acme" was sent from target host:port "stcon.acme.example:8879".  The signer may '
    'need to be added to local trust store "/opt/IBM/trust.p12" located in SSL configuration alias '
    '"NodeDefaultSSLSettings" loaded from SSL configuration file "security.xml".  The extended error message from the '
    'SSL handshake exception is: "PKIX path building failed: java.security.cert.CertPathBuilderException".\n'
)
LIBERTY = (
    "[11/3/16 12:32:44:830 CET] 00000021 com.ibm.ws.ssl E CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN "
    "CN=*.gateway.example, O=Acme, C=US was sent from the target host.  The signer might need to be added to local "
    "trust store /srv/key.jks, located in SSL configuration alias defaultSSLConfig.  The extended error message from "
    "the SSL handshake exception is: PKIX path building failed: java.security.cert.CertPathBuilderException\n"
)
SYNC = (
    "[10/12/16 10:39:00:001 BST] 000000bc NodeSyncTask  A   ADMS0206I: The configuration synchronization failed for "
    "node {}.\n"
)
LOST = (
    "[10/12/16 10:{:02}:00:001 BST] 000000bc RoutingTable  W   ADMC0047W: Lost connection to the node agent at node "
    '"{}".\n'
)
FOUND = (
    "[10/12/16 10:{:02}:30:001 BST] 000000bc RoutingTable  A   ADMC0048I: Established the connection to previously "
    "disconnected nodeagent at node {}\n"
)
QUIET = "[10/12/16 10:37:24:483 BST] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.\n"


def inbound(exception: str) -> str:
    return f"[10/12/16 10:37:31:278 BST] 000000ba SSLHandshakeE E   SSLC0008E: {SSLC} {exception}\n"
