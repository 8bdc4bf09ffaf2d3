"""Traces, rebuilt from the incident's facts: names and addresses are made up."""

NOT_RESPONDING = (
    "The server is not responding. The server may be down or you may be experiencing network problems. "
    "Contact your system administrator if this problem persists."
)
ALIAS = "sametime.acme.example"
INCIDENT = f"""\
Determining path to server {ALIAS}
Available Ports:  TCPIP
Checking normal priority connection documents only...
Using address '192.0.2.4' for {ALIAS} on TCPIP
Connected to the wrong server Sametime/Servers/ACME using address 192.0.2.4
Using address '{ALIAS}' for {ALIAS} on TCPIP
Unable to connect to {ALIAS} on TCPIP ({NOT_RESPONDING})
Unable to find any path to {ALIAS} because {NOT_RESPONDING}
"""
# as the trace is passed around: names lost with their mark-up, the last message broken into three lines
LOST = """\
Using address 'x.x.x.x' for on TCPIP
Connected to the wrong server Sametime/Servers/ACME using address x.x.x.x
Using address '' for on TCPIP
Unable to connect to on TCPIP (The server is not\x20
responding. The server may be down or you may be experiencing network\x20
problems. Contact your system administrator if this problem persists.)
"""
GOOD = """\
Determining path to server Sametime/Servers/ACME
Available Ports:  TCPIP
Checking normal priority connection documents only...
Local network connection document found for Sametime/Servers/ACME
Verifying address 'sametime004.acme.example' for Sametime/Servers/ACME on TCPIP
Connecting to Sametime/Servers/ACME over TCPIP
Using address '192.0.2.4' for Sametime/Servers/ACME on TCPIP
Connected to server Sametime/Servers/ACME
Compression is Disabled
Encryption is Disabled
"""
STALE = """\
Determining path to server Sametime/Servers/ACME
Checking for Sametime/Servers/ACME at last known address '192.0.2.9' on TCPIP...
No answer at last known address
Using address '192.0.2.4' for Sametime/Servers/ACME on TCPIP
Connected to server Sametime/Servers/ACME
"""
# as a forum has it of an error-log-0.xml, with the exception that another administrator reports
EVENT = """\
<CommonBaseEvent creationTime="2016-10-04T10:12:33.850+01:00" msg="{msg}" severity="50" version="1.0.1">
\t<extendedDataElements name="CommonBaseEventLogRecord:level" type="noValue">
\t\t<children name="CommonBaseEventLogRecord:name" type="string">\x20
\t\t\t<values>SEVERE</values>
\t\t</children>
\t</extendedDataElements>
\t<extendedDataElements name="CommonBaseEventLogRecord:sourceClassName" type="string">
\t\t<values>com.ibm.rcp.internal.security.auth.module.X</values>
\t</extendedDataElements>
\t<extendedDataElements name="CommonBaseEventLogRecord:Exception" type="string"><values>{exception}</values>
\t</extendedDataElements>
\t<sourceComponentId component="Expeditor 6.2" subComponent="com.ibm.rcp.security" threadId="11"/>
\t<situation categoryName="ReportSituation">
\t\t<situationType xmlns:xsi="ReportSituation" reasoningScope="INTERNAL" reportCategory="LOG"/>
\t</situation>
</CommonBaseEvent>
"""
UNAVAILABLE = EVENT.format(
    msg="CWPST0306W: An exception occurred while invoking the target method login.",
    exception="javax.security.auth.login.LoginException: Server Unavailable.&#xA;&#x9;at "
    "com.ibm.workplace.internal.notes.security.auth.LtpaLoginModule.login(Unknown Source)",
)
