"""The replica of a shared library, from which a door serves.

One process follows the shared library and writes (`follower`); the workers read the replica as any library, whatever
becomes of the database and the store. How old it is stands in memory that all of them share (`limner.web.gauges`).
"""
