"""What the macro `attribute_groups` gives, for sqlfluff, whose own macros give only text."""

import sys
from types import ModuleType


class Callable(ModuleType):
    """A module that is called as the macro is."""

    def __call__(self):
        """Stand for the project variable."""
        return [{"attribute": "Plan", "column": "own_plan", "type": "text", "group_support_daily": True}]


sys.modules[__name__].__class__ = Callable
