"""Tests of the science: rules, stories, closed forms and luck."""
