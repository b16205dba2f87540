"""What dbt calls `adapter`, for sqlfluff, which runs the macros by itself: the target's variant of a macro.

The target is chosen as dbt chooses it, by the environment variable WAREHOUSE.
"""

import os

from jinja2 import pass_context


@pass_context
def dispatch(context, macro_name):
    """Give the variant of a macro for the target; both stand in the macro's own file."""
    return context[f"{os.environ.get('WAREHOUSE', 'duckdb')}__{macro_name}"]
