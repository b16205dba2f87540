"""A dbt for tests that has parsed the project already: `main.py SOCKET CACHE` listens until its standard input ends.

A run of dbt takes 4 s of processor time before it does anything, and 17 s where the project has to be parsed. Here one process imports
dbt and parses the project. A run is a fork of that process. The fork goes on as the command line would, with the parsed project in
memory (https://docs.getdbt.com/reference/programmatic-invocations), and no run sees what another did.

What is parsed depends on more than the project's files: on variables, on the kind of warehouse, on names of databases. Each such
setting gets a process of its own, a "parser", when a run first needs the setting; a changed file makes a setting of its own.
The cache keeps what dbt has parsed, by setting, so that dbt parses only the files that have changed since. A setting that differs from
a kept one in variables alone has dbt parse only the files that name those variables.

TEST_DBT_LOG names a file that gets a line for each parse and each run: its seconds of processor time, the test, the command line.
"""

import atexit
import gc
import hashlib
import json
import os
import re
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

import dbt.task.build  # noqa: F401 - what a run would import, each time again
import dbt.task.compile  # noqa: F401
import duckdb
import yaml
from dbt.cli.main import cli, dbtRunner
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.parser.manifest import write_manifest
from dbt_common.clients.jinja import get_template, template_cache
from shortcuts import leave_shortcuts, parse_what_names, take_shortcuts

REQUEST_BYTES_MAX = 1 << 20
PARSERS_MAX = 6
PROJECT_PARTS = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "test/dbt/generic")
LOG = os.environ.get("TEST_DBT_LOG")
LOGGED_CHARACTERS_MAX = 300
DEFAULT_SETTING = {"WAREHOUSE": "duckdb", "DUCKDB_PATH": "warehouse.duckdb"}


def main(socket_path, cache):
    """Serves runs. A request is a line of JSON; the answer is what dbt prints, NUL, its exit code."""
    # A fifth of the time of a parse. What forks have to share, and what they have to close, is collected by name below.
    gc.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # The module opens a database of its own, whose thread no fork would have.
    duckdb.default_connection().close()
    take_shortcuts()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(socket_path)
    server.listen()
    print("listening", flush=True)
    names = environment_names(os.getcwd())
    # What every later parse and run finds in memory: schemas of dbt's own files, compiled macros and models.
    first = {"caller": "-", "args": [], "cwd": os.getcwd(), "environment": {**os.environ, **DEFAULT_SETTING}}
    first_setting = setting_of(first, names)
    parsed = {first_setting: parse(first, first_setting, cache)}
    compile_templates(parsed[first_setting])
    settle()
    parsers = {}
    while (connection := next_connection(server)) is not None:
        request = read_request(connection)
        setting = setting_of(request, names)
        parser = parsers.pop(setting, None)
        if parser is None:
            parser, other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            if os.fork() == 0:
                for inherited in (server, connection, parser, *parsers.values()):
                    inherited.close()
                return parser_process(other_end, setting, parsed.get(setting), cache)
            other_end.close()
        parsers[setting] = parser
        socket.send_fds(parser, [json.dumps(request).encode()], [connection.fileno()])
        connection.close()
        # The one that was not used for longest; runs of it go on.
        if len(parsers) > PARSERS_MAX:
            parsers.pop(next(iter(parsers))).close()
    return 0


def next_connection(server):
    """The next caller; none when standard input has ended: whoever started this is gone."""
    ready, _, _ = select.select([server, sys.stdin], [], [])
    return None if sys.stdin in ready else server.accept()[0]


def read_request(connection):
    text = b""
    while not text.endswith(b"\n"):
        text += connection.recv(REQUEST_BYTES_MAX)
    return json.loads(text)


def parser_process(requests, setting, manifest, cache):
    """Parses the project in one setting, and forks a process for each run in that setting."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, REQUEST_BYTES_MAX, 1)
        if not message:
            return 0
        request = json.loads(message)
        if manifest is None:
            manifest = parse(request, setting, cache)
            settle()
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return run_process(request, manifest, descriptors[0])
        os.close(descriptors[0])


def run_process(request, manifest, answer):
    """Runs dbt in a process of its own, waits for its end, and answers with its exit code."""
    run = os.fork()
    if run == 0:
        os.dup2(answer, 1)
        os.dup2(answer, 2)
        os.close(answer)
        exit_code = run_dbt(request, manifest)
        # What Python does at its end: warehouses are closed. Libraries in C would then wait for threads that only the parent has.
        atexit._run_exitfuncs()
        # A run that failed may have left a connection open, which then keeps changes in a file of its own beside the warehouse.
        if os.path.exists(f"{request['environment'].get('DUCKDB_PATH')}.wal"):
            gc.collect()
        sys.stdout.flush()
        os._exit(exit_code)
    _, status, usage = os.wait4(run, 0)
    log("run", usage.ru_utime + usage.ru_stime, request["caller"], " ".join(request["args"]))
    os.write(answer, b"\0%d" % os.waitstatus_to_exitcode(status))
    # The run has closed what it had open; here the same is open still.
    os._exit(0)


def run_dbt(request, manifest):
    """What the command line does. Only `parse` has to write what others read from memory."""
    enter(request)
    args = request["args"]
    if "parse" in args and manifest is not None:
        target = request["environment"]["DBT_TARGET_PATH"]
        os.makedirs(target, exist_ok=True)
        write_manifest(manifest, target)
        return 0
    if request["environment"].get("TEST_DBT_SHORTCUTS") == "none":
        leave_shortcuts()
    try:
        cli.main(args=args, prog_name="dbt", obj={"manifest": manifest})
    except SystemExit as end:
        return end.code or 0


def parse(request, setting, cache):
    """The parsed project; none where dbt can't parse it: the run says then what is wrong."""
    began = time.process_time()
    saved, without_vars = parsed_at(cache, setting.state), parsed_at(cache, setting.state_without_vars)
    with tempfile.TemporaryDirectory() as folder:
        if saved.exists():
            shutil.copy(saved, Path(folder, PARTIAL_PARSE_FILE_NAME))
        elif setting.vars and without_vars.exists():
            shutil.copy(without_vars, Path(folder, PARTIAL_PARSE_FILE_NAME))
            parse_what_names(setting.vars)
        environment = dict(request["environment"])
        # dbt parses in full where the path is another; it opens no file for parsing.
        if "DUCKDB_PATH" in environment:
            environment["DUCKDB_PATH"] = os.path.basename(environment["DUCKDB_PATH"])
        enter({**request, "environment": {**environment, "DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}})
        # Another project has a profile of its own, beside it.
        profiles = [] if setting.folder == request["cwd"] else ["--profiles-dir", setting.folder]
        flags = [*parsing_args(request["args"]), *profiles]
        result = dbtRunner().invoke(["--quiet", "--no-write-json", "parse", *flags]).result
        if result is not None and has_other_unit_tests(result, setting.folder):
            result = dbtRunner().invoke(["--quiet", "--no-write-json", "--no-partial-parse", "parse", *flags]).result
        log("parse", time.process_time() - began, request["caller"], setting.state)
        # A seed remembers the folder that it was parsed in. That of a copy of the project is gone after its test.
        if result is not None and setting.folder == request["cwd"]:
            saved.parent.mkdir(parents=True, exist_ok=True)
            unfinished = saved.with_suffix(f".{os.getpid()}")
            shutil.copy(Path(folder, PARTIAL_PARSE_FILE_NAME), unfinished)
            unfinished.replace(saved)
    return result


def has_other_unit_tests(manifest, folder):
    """Whether dbt kept one that was renamed, as it does where it parses only what has changed, or lost one."""
    files = Path(folder, "models").rglob("*__unit_tests.yml")
    written = sum(len(re.findall(r"^    - name: ", path.read_text(), re.MULTILINE)) for path in files)
    return len(manifest.unit_tests) != written


def parsed_at(cache, state):
    """Where the cache keeps the project as parsed in a state."""
    return Path(cache, f"{hashlib.sha256(state.encode()).hexdigest()}.msgpack")


def settle():
    """Drops what parsing left; the rest is not looked at again, in this process or in a fork."""
    gc.collect()
    gc.freeze()


def log(what, seconds, caller, text):
    if LOG:
        with open(LOG, "a") as file:
            file.write(f"{what}\t{seconds:.1f}\t{caller}\t{text[:LOGGED_CHARACTERS_MAX]!r}\n")


def enter(request):
    os.environ.clear()
    os.environ.update(request["environment"])
    # dbt's other parser has threads, which no fork would have; it understands few of the models.
    os.environ["DBT_STATIC_PARSER"] = "false"
    os.chdir(request["cwd"])


class Setting(str):
    """What a parsed project depends on. `state` leaves out the files: dbt parses again those that have changed.

    `vars` are the names of the variables that are given; `state_without_vars` is the state without them.
    `folder` is the project's: the repository, or a copy.
    """

    state: str
    state_without_vars: str
    vars: frozenset
    folder: str


def setting_of(request, names):
    args, environment = parsing_args(request["args"]), request["environment"]
    values = {name: environment.get(name, default) for name, default in names.items()}
    values["DUCKDB_PATH"] = os.path.basename(values["DUCKDB_PATH"])
    values["BIGQUERY_EMULATOR_HOST"] = values["BIGQUERY_EMULATOR_HOST"] != ""
    folder = dict(zip(args[::2], args[1::2])).pop("--project-dir", request["cwd"])
    kept = [arg for arg in args if arg not in ("--project-dir", folder)]
    variables = dict(zip(kept[::2], kept[1::2])).get("--vars")
    others = [arg for arg in kept if variables is None or arg not in ("--vars", variables)]
    state = json.dumps([values, kept], sort_keys=True)
    setting = Setting(state + folder + files_of(folder))
    setting.state, setting.folder = state, folder
    setting.state_without_vars = json.dumps([values, others], sort_keys=True)
    setting.vars = frozenset(yaml.safe_load(variables) if variables else ())
    return setting


def parsing_args(args):
    """The flags that change what is parsed, each with its value. Other profiles differ in how a warehouse is set up."""
    flags = ("--vars", "--target", "--project-dir")
    valued = [word for flag, value in zip(args, args[1:]) if flag in flags for word in (flag, value)]
    return valued + [arg for arg in args if arg == "--no-partial-parse"]


def environment_names(folder):
    """The variables of the environment that the project reads, with their defaults."""
    texts = (path.read_text() for path in project_files(folder) if path.suffix in (".sql", ".yml"))
    return dict(found for text in texts for found in re.findall(r"env_var\('(\w+)'(?:, '([^']*)')?", text))


def files_of(folder):
    return json.dumps([(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in project_files(folder)])


def project_files(folder):
    found = (path for part in PROJECT_PARTS for path in (Path(folder, part), *Path(folder, part).rglob("*")))
    return sorted(path for path in found if path.is_file())


def compile_templates(manifest):
    """Compiles what no run then has to: dbt itself does where it parses all files, not where it has parsed them before."""
    for macro in manifest.macros.values():
        template_cache.get_node_template(macro)
    for node in manifest.nodes.values():
        if node.language == "sql" and node.resource_type == "model":
            get_template(node.raw_code, {})


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
