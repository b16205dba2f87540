"""dbt's command line, as `make` runs it.

What dbt writes is for this user alone: compiled statements, the rows of failed tests and the log may quote customers. dbt learns no
secret of the loader: `env_var` would find it, and a crash would write it to disk.

Rows that dbt prints quote customers. What a terminal or a log of CI would obey stands there as an escape (loader/terminal.ts does
the same).

It runs without Python's garbage collection: that takes a fifth of the time of a build, and finds next to nothing. dbt keeps the
parsed project until it ends. What a build leaves beside that is some 200 MB.
"""

import gc
import os
import re
import resource
import sys
from pathlib import Path

# The folders that are dbt's in this project. A folder that you name by DBT_TARGET_PATH or DBT_LOG_PATH may have files of yours.
FOLDERS = ("target", "logs")
SECRETS = ("INTERCOM_ACCESS_TOKEN", "POSTHOG_API_KEY", "ATTIO_API_KEY", "PII_KEY")
# BigQuery's client reads these alone; the loader also takes the file that holds one.
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY")
OTHERS = 0o077


def close_to_others(path: Path) -> None:
    """Takes others' permissions from a file or folder. A file system that has none is no error."""
    try:
        mode = path.lstat().st_mode
        if not path.is_symlink() and mode & OTHERS:
            path.chmod(mode & 0o700)
    except OSError:
        pass


def proxy_in(path: str, variable: str) -> str:
    """The URL of a proxy in a file. Ends with 2 where there is none."""
    try:
        return Path(path).read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError):
        # Neither the path nor the cause is told: somebody may have set the URL itself, with its password.
        print(f"{variable} names a file that can't be read: correct the path, or unset {variable}.", file=sys.stderr)
        sys.exit(2)


os.umask(OTHERS)
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
for secret in SECRETS:
    os.environ.pop(secret, None)
    os.environ.pop(f"{secret}_FILE", None)
for proxy in PROXIES:
    if (path := os.environ.pop(f"{proxy}_FILE", "")) and not os.environ.get(proxy):
        os.environ[proxy] = proxy_in(path, f"{proxy}_FILE")
for folder in (Path(__file__).parent / name for name in FOLDERS):
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            close_to_others(Path(parent, name))
    close_to_others(folder)

# dbt's own colours stay.
COLOUR = r"\x1b\[(?:0|3[0-7])m"
CONTROL = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
CI_COMMAND = r"(?<=#)#(?=\w*\[)|^:(?=:)"
OBEYED = re.compile(f"({COLOUR})|{CONTROL}|{CI_COMMAND}", re.MULTILINE)


def escaped(found: re.Match[str]) -> str:
    """The escape of a character, as JSON writes it; a colour as it is."""
    units = found[0].encode("utf-16-be").hex()
    return found[1] or "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


class Printed:
    """A stream that prints no character that a terminal obeys."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(OBEYED.sub(escaped, text.replace("\r\n", "\n")))
        return len(text)

    def __getattr__(self, name: str):
        return getattr(self.stream, name)


gc.disable()
sys.stdout = Printed(sys.stdout)
sys.stderr = Printed(sys.stderr)

from dbt.cli.main import cli  # noqa: E402

sys.exit(cli(prog_name="dbt"))
