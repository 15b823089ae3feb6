"""Answers questions: a JSON line in (document, variables, viewer), a JSON line out (milliseconds, answer)."""

from __future__ import annotations

import gc
import json
import os
import sys

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.graphene.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - models can be imported only after setup
from django.test import RequestFactory  # noqa: E402
from graphene_django.views import GraphQLView  # noqa: E402

from benchmarks.ratios import timed  # noqa: E402


def main() -> None:
    """Answer until the input ends."""
    assert not settings.DEBUG
    view, factory = GraphQLView.as_view(), RequestFactory()
    gc.freeze()  # as our server does
    for line in sys.stdin:
        question = json.loads(line)
        body = json.dumps({"query": question["document"], "variables": question["variables"]})
        request = factory.post("/graphql/", body, content_type="application/json")
        request.user = User.objects.get(pk=question["viewer"])
        milliseconds, response = timed(lambda request=request: view(request))
        answer = json.loads(response.content)
        print(json.dumps({"milliseconds": milliseconds, "answer": answer}), flush=True)


if __name__ == "__main__":
    main()
