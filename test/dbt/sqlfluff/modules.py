"""What dbt calls `modules`, for sqlfluff, which gives every project variable the same value: that is a time zone, too."""


class AnyName:
    """A set that has every name."""

    def __contains__(self, name):
        """Say that the name is one of the set's."""
        return True


class pytz:  # noqa: N801, as the module is called
    """The part of pytz that macros use."""

    all_timezones_set = AnyName()
