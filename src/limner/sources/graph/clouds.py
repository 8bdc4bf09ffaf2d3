"""Where Microsoft's clouds are.

After "National cloud deployments" of the documentation of Microsoft Graph.
"""

CLOUDS = {
    "global": ("https://graph.microsoft.com", "https://login.microsoftonline.com"),
    "us-government": ("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "us-government-dod": ("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": ("https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
}
"""The name of a cloud -> where Graph is there, and where tokens come from."""
