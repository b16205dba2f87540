"""What dbt does again and again in a run, done once. Each shortcut gives what dbt gives, and says here why.

A build has some 730 steps. dbt makes 1,500 tables of all 1,000 macros for them, and 16,000 log messages that no one reads.
These shortcuts are for tests alone: a build of yours runs dbt as it is (run_dbt.py).
"""

import re
from pathlib import Path

import jinja2
from dbt import compilation
from dbt.artifacts.resources.base import FileHash
from dbt.clients.jinja import MacroGenerator
from dbt.context.macro_resolver import TestMacroNamespace
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

UNHEARD_LEVELS = (EventLevel.DEBUG, EventLevel.TEST)


CHANGED = []


def take_shortcuts():
    compile_templates_once()
    drop_unheard_events()
    list_macros_once()
    make_type_testers_once()
    find_with_by_text()
    # Arguments of tests are rendered in a copy of all macros; in macros, dbt itself looks through what is there.
    change(NativeSandboxTemplate, new_context=MacroFuzzTemplate.new_context)


def leave_shortcuts():
    """dbt as it is, for the test that compares."""
    for owner, name, former in reversed(CHANGED):
        setattr(owner, name, former)


def change(owner, **changes):
    for name, new in changes.items():
        CHANGED.append((owner, name, getattr(owner, name)))
        setattr(owner, name, new)


def compile_templates_once():
    """Jinja compiles a text to the same code each time, and dbt has the same macros and models compiled in every parse and run."""
    codes = {}
    compile_template = jinja2.Environment.compile

    def compiled(self, source, *more, **named):
        if more or named or not isinstance(source, str):
            return compile_template(self, source, *more, **named)
        key = (type(self), source)
        if key not in codes:
            codes[key] = compile_template(self, source)
        return codes[key]

    change(jinja2.Environment, compile=compiled)


def drop_unheard_events():
    """dbt writes out each message for debugging, and then its loggers drop the message. Here nobody writes it where no logger wants it.

    An event checks its values when it is made. Here it does so when somebody looks at them.
    """
    fire_event, make_event, get = EventManager.fire_event, BaseEvent.__init__, BaseEvent.__getattr__

    def fire(self, e, level=None, node=None, force_warn_or_error_handling=False):
        is_unheard = (level or e.level_tag()) in UNHEARD_LEVELS and not any(
            logger.level in UNHEARD_LEVELS for logger in self.loggers
        )
        if force_warn_or_error_handling or not is_unheard:
            fire_event(self, e, level, node, force_warn_or_error_handling)

    def make(self, *args, **kwargs):
        object.__setattr__(self, "given", (args, kwargs))

    def look(self, name):
        if "pb_msg" not in self.__dict__ and "given" in self.__dict__:
            args, kwargs = self.__dict__["given"]
            make_event(self, *args, **kwargs)
        return get(self, name)

    def set_value(self, name, value):
        if name == "pb_msg":
            object.__setattr__(self, name, value)
        else:
            setattr(self.pb_msg, name, value)

    change(EventManager, fire_event=fire)
    change(BaseEvent, __init__=make, __getattr__=look, __setattr__=set_value)


def make_type_testers_once():
    """What guesses the types of a query's columns reads calendars and formats of numbers when it is made, and never changes then."""
    make, made = agate_helper.build_type_tester, {}

    def tester(text_columns, string_null_values=("null", "")):
        key = (frozenset(text_columns), tuple(string_null_values))
        if key not in made:
            made[key] = make(text_columns, string_null_values)
        return made[key]

    change(agate_helper, build_type_tester=tester)


def parse_what_names(variables):
    """dbt parses everything again where a variable has another value. Here it does so for the files that name such a variable.

    dbt itself then parses what uses a macro of these files, as it does where the files have changed. dbt does the same for variables
    of the environment, and has an issue for its own (https://github.com/dbt-labs/dbt-core/issues/6323).
    """
    is_partial_parsable = ManifestLoader.is_partial_parsable
    marks = [f"{quote}{name}{quote}" for name in variables for quote in "'\""]

    def is_parsable(self, saved):
        files = {name: file for name, file in saved.files.items() if file.project_name == self.root_project.project_name}
        naming = {name for name in files if names_one(files[name], marks)}
        calls = [f"{macro}(" for macro in macros_above(saved.macros, naming)]
        # In a .yml, dbt looks for entries that have changed. So a .yml that depends on a variable is for dbt's own way: all is parsed.
        if not any(name.endswith(".yml") and names_one(files[name], marks + calls) for name in files):
            saved.state_check.vars_hash = self.manifest.state_check.vars_hash
            for name in naming:
                files[name].checksum = FileHash.empty()
        return is_partial_parsable(self, saved)

    change(ManifestLoader, is_partial_parsable=is_parsable)


def names_one(file, texts):
    path = Path(file.path.full_path)
    return path.exists() and any(text in path.read_text() for text in texts)


def macros_above(macros, files):
    """The names of macros of these files, and of macros that use them, however far up."""
    found, more = set(), {key for key, macro in macros.items() if macro.file_id in files}
    while more:
        found |= more
        more = {key for key, macro in macros.items() if found.intersection(macro.depends_on.macros)} - found
    return {macros[key].name for key in found}


def find_with_by_text():
    """dbt parses all SQL of a unit test to find the `with` before which its rows go: a third of the test's time. Here a pattern finds it.

    A statement that begins otherwise is left to dbt.
    """
    inject = compilation.inject_ctes_into_sql

    def injected(sql, ctes):
        begin = LEADING_WITH.match(sql)
        if not ctes or begin is None:
            return inject(sql, ctes)
        return f"{begin[0]}{', '.join(cte.sql for cte in ctes)}, {sql[begin.end() :]}"

    change(compilation, inject_ctes_into_sql=injected)


LEADING_WITH = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*with\s+(?:recursive\s+)?", re.IGNORECASE | re.DOTALL)


class FlatNamespace(MacroNamespace):
    """dbt's table of macros by name, which also has all of it in one dictionary: `flat`."""


def list_macros_once():
    """dbt sorts all macros by package and name for each node, twice. Here that is done once a run; each node fills the lists with its own."""
    build, to_dict = MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict
    lists = {}

    def built(self, macros_by_package, ctx):
        key = (self.root_package, self.search_package, *self.internal_package_names_order)
        state = [(name, len(macros)) for name, macros in macros_by_package.items()]
        known = lists.get(key)
        if known is None or known[0] is not macros_by_package or known[1] != state:
            known = lists[key] = (macros_by_package, state, *sorted_macros(build(self, macros_by_package, ctx)))
        macros, parts, flat = known[2:]
        made = [generator(macro, ctx, self.node, self.thread_ctx) for macro in macros]
        *single, packages = (filled(part, made) for part in parts)
        namespace = FlatNamespace(*single, packages)
        namespace.flat = filled(flat, made)
        return namespace

    def flattened(self):
        if not isinstance(self.namespace, FlatNamespace):
            return to_dict(self)
        namespace = self.namespace
        self.namespace = NO_MACROS
        try:
            dct = to_dict(self)
        finally:
            self.namespace = namespace
        dct.update(namespace.flat)
        return dct

    change(MacroNamespaceBuilder, build_namespace=built)
    change(ManifestContext, to_dict=flattened)


NO_MACROS = TestMacroNamespace.__new__(TestMacroNamespace)
NO_MACROS.local_namespace = NO_MACROS.project_namespace = {}


def generator(macro, context, node, stack):
    made = object.__new__(MacroGenerator)
    made.macro, made.context, made.node, made.stack = macro, context, node, stack
    return made


def filled(part, made):
    """A dictionary of macros by name, or of such dictionaries, from names and places."""
    names, places, inner = part
    found = dict(zip(names, map(made.__getitem__, places)))
    for name, each in inner.items():
        found[name] = filled(each, made)
    return found


def sorted_macros(namespace):
    """The macros of a table as a list, its four parts with a place of the list for each macro, and all of it by name."""
    macros, places = [], {}

    def place(found):
        if id(found) not in places:
            places[id(found)] = len(macros)
            macros.append(found.macro)
        return places[id(found)]

    def placed(part):
        single = {name: place(each) for name, each in part.items() if isinstance(each, MacroGenerator)}
        inner = {name: placed(each) for name, each in part.items() if not isinstance(each, MacroGenerator)}
        return tuple(single), tuple(single.values()), inner

    parts = (
        namespace.global_namespace,
        namespace.local_namespace,
        namespace.global_project_namespace,
        namespace.packages,
    )
    return macros, [placed(part) for part in parts], placed(dict(namespace))
