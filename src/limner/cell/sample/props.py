"""The client settings of the sample's profiles: ssl.client.props with its two blocks, and soap.client.props."""

from __future__ import annotations

SSL = """\
#-------------------------------------------------------------------------------
# SSL of command-line clients: wsadmin, stopServer, syncNode. The processes of
# this profile read security.xml instead.
#-------------------------------------------------------------------------------
com.ibm.ssl.defaultAlias=DefaultSSLSettings
com.ibm.ssl.performURLHostNameVerification=false
com.ibm.ssl.validationEnabled=false
com.ibm.security.useFIPS=false
user.root=/opt/IBM/WebSphere/AppServer/profiles/{profile}

com.ibm.ssl.alias=DefaultSSLSettings
com.ibm.ssl.protocol={protocol}
com.ibm.ssl.securityLevel=HIGH
com.ibm.ssl.trustManager=IbmPKIX
com.ibm.ssl.keyManager=IbmX509
com.ibm.ssl.contextProvider=IBMJSSE2
com.ibm.ssl.enableSignerExchangePrompt=gui
com.ibm.ssl.keyStoreName=ClientDefaultKeyStore
com.ibm.ssl.keyStore=${{user.root}}/etc/key.p12
com.ibm.ssl.keyStorePassword={{xor}}CDo9Hgw=
com.ibm.ssl.keyStoreType=PKCS12
com.ibm.ssl.trustStoreName=ClientDefaultTrustStore
com.ibm.ssl.trustStore=${{user.root}}/etc/trust.p12
com.ibm.ssl.trustStorePassword={{xor}}CDo9Hgw=
com.ibm.ssl.trustStoreType=PKCS12

#com.ibm.ssl.alias=AnotherSSLSettings
#com.ibm.ssl.protocol=SSL_TLS
"""

SOAP = """\
com.ibm.SOAP.securityEnabled=false
com.ibm.SOAP.authenticationTarget=BasicAuth
com.ibm.SOAP.loginUserid=
com.ibm.SOAP.loginPassword=
com.ibm.SOAP.requestTimeout=180
com.ibm.ssl.alias=DefaultSSLSettings
"""
METADATA = """\
#Node metadata
com.ibm.websphere.baseProductVersion={version}
com.ibm.websphere.baseProductShortName=ND
com.ibm.websphere.nodeOperatingSystem=linux
"""
