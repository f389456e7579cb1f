"""The verbs of orders: a message is received and stored, then read into its order, and the order
settled, each in a transaction of its own. Whatever stops in between is taken up by the worker.

The order's row is locked before anything of seats, so that an order is settled by one at a time.
"""
