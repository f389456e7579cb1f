"""Learning systems: what a seat gives access to is opened, moved and closed there.

A connection follows the ledger's chain. What its entries touch becomes a wish for each member and
course (`services.wanting`): access until a moment, or none. Wishes are told to the learning system
by the worker (`services.telling`) until it knows, and `services.comparing` reads what it has.
"""
