"""The sample site's relying parties and the registry stub: what a newcomer sees around the provider.

Owns the portal, the guide site, the app, the wallet and the member registry, each a process of its own
(`python -m idp.demo <name>`). They are strangers to the provider: built on the public client library Authlib,
they import nothing from `idp` outside this room and know the provider only by its addresses.
"""
