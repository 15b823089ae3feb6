"""Subscriptions: what changed, told to whoever may see it, over websockets and over event streams.

The engine announces a change after its commit; `publisher` passes the news on by topic, through a channel layer;
`changes` wakes the subscriptions of the topic; `fields` asks anew who the caller is and what the caller may see.
"""
