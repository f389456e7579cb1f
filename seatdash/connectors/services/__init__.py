"""What is done with connections.

`connecting` makes them, `mapping` says which course a product opens, `wanting` reckons who should
have what, `following` does so when the ledger moves, `working` calls the learning system (`telling`
it wishes, `comparing` what it has), and `settling` sees to what is left.
"""
