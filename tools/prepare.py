"""Make .venv hold exactly what the lock files say.

`prepare.py check run|dev` exits 0 when nothing is to be done; `prepare.py install run|dev` does it. The standard
library is enough. A marker inside .venv, written last, names the folder and the locks it was installed from; another
file stands there while an installation is under way, so that one that was interrupted is begun anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
VENV = FOLDER / ".venv"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "sekisho"
UNFINISHED = VENV / "installing"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}


class Missing(Exception):
    """Something the machine lacks; the text is one sentence with the command to run."""


def fingerprint(kind: str) -> str:
    """What an installation of `kind` depends on, as text."""
    files = [FOLDER / LOCKS[kind], FOLDER / "pyproject.toml"]
    digests = [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files]
    return "\n".join([f"folder {FOLDER}", *digests, ""])


def marker(kind: str) -> Path:
    """The file that says that `kind` is installed."""
    return VENV / f"installed-{kind}"


def is_installed(kind: str) -> bool:
    """True when .venv is complete and up to date for `kind`; what tests need includes what the product needs."""
    if UNFINISHED.exists() or not COMMAND.exists():
        return False
    wanted = ["dev"] if kind == "dev" else ["run", "dev"]
    return any(marker(name).is_file() and marker(name).read_text() == fingerprint(name) for name in wanted)


def run(*command: str | Path, failing: str) -> None:
    """Run a program; when it fails its own messages stay visible and `failing` follows. Raises Missing."""
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL, cwd=FOLDER, close_fds=False).returncode:
        raise Missing(failing)


def venv_package() -> str:
    """The Debian package that gives the running Python its `venv`."""
    is_default = Path(sys.executable).name == "python3"
    return "python3-venv" if is_default else f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def check_folder() -> None:
    """Raise Missing when nothing can be written here."""
    if not os.access(FOLDER, os.W_OK) or (VENV.exists() and not os.access(VENV, os.W_OK)):
        folder, is_ours = shlex.quote(str(FOLDER)), FOLDER.stat().st_uid == os.getuid()
        advice = f"chmod u+rwx {folder}" if is_ours else f"sudo chown -R $(id -un) {folder}"
        raise Missing(f"Sekisho cannot write to {FOLDER}: run `{advice}`.")


def make_venv() -> None:
    """A new, empty .venv. Raises Missing."""
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        sudo = "" if os.getuid() == 0 else "sudo "
        advice = f"{sudo}apt-get install {venv_package()}"
        raise Missing(f"This Python cannot make virtual environments: run `{advice}`.") from None
    run(sys.executable, "-m", "venv", "--clear", VENV, failing=f"No virtual environment could be made in {VENV}.")


def is_usable() -> bool:
    """True when .venv was finished once, in this folder, and its pip answers."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    config = VENV / "installed-folder"
    if config.exists() and config.read_text() != str(FOLDER):
        return False
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-I", "-c", probe], check=False, capture_output=True, cwd=FOLDER).returncode == 0


def install(kind: str) -> None:
    """Bring .venv to what the lock says. Raises Missing."""
    check_folder()
    if not is_usable():
        make_venv()
    what = "Sekisho" if kind == "run" else "Sekisho and what its tests need"
    print(f"Installing {what} into .venv (about a minute, only when something has changed) …", flush=True)
    for name in LOCKS:
        marker(name).unlink(missing_ok=True)
    UNFINISHED.touch()
    pip = (PYTHON, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    again = "make run" if kind == "run" else "make test"
    failing = f"The packages could not be installed (the lines above say why): run `{again}` again."
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCKS[kind], failing=failing)
    run(*pip, "--no-build-isolation", "--no-deps", "--editable", ".", failing=failing)
    (VENV / "installed-folder").write_text(str(FOLDER))
    marker(kind).write_text(fingerprint(kind))
    UNFINISHED.unlink()


def install_once(kind: str) -> None:
    """`install`, but never two at a time. Raises Missing.

    The lock goes to the programs that are run, so that one that outlived a killed installation is waited for.
    """
    lock = os.open(FOLDER, os.O_RDONLY)
    os.set_inheritable(lock, True)  # noqa: FBT003 - it takes no keyword
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another installation is under way here; waiting for it …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    if is_installed(kind):
        return
    install(kind)


def main() -> int:
    """Exit status 0 when .venv is as it should be."""
    task, kind = sys.argv[1:3]
    if task == "check":
        return 0 if is_installed(kind) else 1
    try:
        install_once(kind)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
