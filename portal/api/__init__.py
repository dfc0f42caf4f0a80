"""The JSON API: what readers see, and the status of a case for whoever holds both codes.

`openapi.yml` is the whole truth: routes, parameters and limits are read from it.
"""
