"""Lengths of time in step configurations, written like `60m`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from idp.config.duration import parse_duration

Span = Annotated[timedelta, BeforeValidator(parse_duration)]
