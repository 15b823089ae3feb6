"""Another project's admin: people with UUID keys and no username, roles with text keys, two sites."""
