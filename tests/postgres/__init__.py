import pytest

# These two assert for the tests; without this a failure would not say what it compared.
pytest.register_assert_rewrite("tests.postgres.invariants", "tests.postgres.races")
