"""Packet captures: who asked whom for what, who ended it, and what a log-in failed of.

pcap and pcapng in, from whatever interface; conversations to the ports of sign-on, put in order; log-in attempts with a
verdict each. Everything is bounded: a file of a gigabyte passes through, and is not kept.
"""
