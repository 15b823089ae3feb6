"""How pages grow with the data: a generator of runs, and the time that pages take over them."""
