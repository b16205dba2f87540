"""What dbt calls `flags`, for sqlfluff: no warehouse can be asked anything."""

INTROSPECT = False
