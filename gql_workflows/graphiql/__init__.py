"""GraphiQL on the API's own address, from the project's own static files and under a strict policy.

`view` answers browsers; `assets` finds what `graphiql/build.py` has made; `policy` writes the Content-Security-Policy;
`examples` are the operations that the page opens with.
"""
