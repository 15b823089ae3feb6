"""What clients keep by its id: nothing that two answers can share and not mean the same object by."""
