"""The OAuth engine, and the only room that imports Authlib: its objects never leave, and neither do its words.

What Authlib answers is put into our errors and our tokens; where it is more lenient than the specifications, the
classes here say so and override it.
"""
