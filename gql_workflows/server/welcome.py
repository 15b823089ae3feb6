"""What `python -m gql_workflows.server` says once it is ready."""

from __future__ import annotations

from typing import Final

from django.conf import settings

_PLACE: Final = """
GraphQL API:  {url}    a browser opens GraphiQL there
Admin:        {admin}
"""
_FIRST_STEPS: Final = """
An administrator is made by:  python -m django createsuperuser --settings={settings}
The documentation is in README.md and docs/ of the source; docs/deploying.md tells every setting.
"""
_DEMO: Final = """
A first query to paste: a helper that sends a GraphQL document, then a login as erin and the list of workflows.

  gql() {{ python3 -c 'import json,sys; print(json.dumps({{"query": sys.argv[1]}}))' "$1" |
    curl -s -c /tmp/gql-cookies -b /tmp/gql-cookies {url} -H 'Content-Type: application/json' -d @-; echo; }}
  gql 'mutation {{ login(username: "erin", password: "erin-demo-1") {{ errors {{ message }} }} }}'
  gql '{{ workflows {{ edges {{ node {{ id nameEn pipelines {{ nameEn stages {{ nameEn }} }} }} }} }} }}'
"""
_END: Final = """
Stop with Ctrl-C; the data stays in {data}.
"""


def words(*, url: str, is_demo: bool) -> str:
    """Where everything is, and what to do first: with the demo's people, or by making an administrator."""
    return (_PLACE + (_DEMO if is_demo else _FIRST_STEPS) + _END).format(
        url=url,
        admin=url.replace("/graphql/", "/admin/"),
        settings=settings.SETTINGS_MODULE,
        data=settings.DATABASES["default"]["NAME"],
    )
