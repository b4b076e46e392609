# -*- coding: utf-8 -*-
"""Makes .venv from the lock of this Python, and says in one sentence why it cannot.

    python3 requirements/install.py            set up (nothing to do: returns at once)
    python3 requirements/install.py --system   are the system packages there that the tests need?

Only the standard library, and syntax that a much older Python can read, so that it too can say
which one is needed.
"""

from __future__ import unicode_literals

import hashlib
import os
import subprocess
import sys

OLDEST = (3, 11)
LOCKS = {(3, 11): "py311.txt"}
NEWEST_LOCK = "py312.txt"  # also for what came after 3.12
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(VENV, "install.log")
OFFLINE = (
    "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError",
    "Max retries exceeded", "Network is unreachable", "Connection refused", "Connection reset",
    "Temporary failure in name resolution", "No route to host", "ProxyError",
)  # fmt: skip


def say(chinese, english):
    """Both languages on stderr, as UTF-8 under any locale."""
    line = (chinese + "\n" + english + "\n").encode("utf-8")
    stream = getattr(sys.stderr, "buffer", sys.stderr)
    stream.write(line)
    stream.flush()


def stop(chinese, english):
    say(chinese, english)
    sys.exit(1)


def version_of(command):
    """(major, minor) of a Python that runs, else None."""
    try:
        with open(os.devnull, "w") as nothing:
            out = subprocess.check_output(
                [command, "-c", "import sys; print('%d %d' % sys.version_info[:2])"], stderr=nothing
            )
        major, minor = out.decode("ascii").split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def check_python():
    """Go on with this Python, start again with a newer one that is there too, or stop."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in ("python3.12", "python3.11", "python3.13", "python3.14", "/usr/bin/python3"):
        found = version_of(name)
        if found and found >= OLDEST:
            os.execvp(name, [name, os.path.abspath(__file__)] + sys.argv[1:])
    here = "%d.%d" % sys.version_info[:2]
    stop(
        "需要 Python 3.11 或更新版本，这里是 %s；装好后用 make PYTHON=python3.12 … 指定。" % here,
        "Python 3.11 or newer is needed, this one is %s; with a newer one installed, name it: "
        "make PYTHON=python3.12 ..." % here,
    )


def check_venv_module():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = "python%d.%d-venv" % sys.version_info[:2]
        stop(
            "这个 Python 缺少 venv 模块；在 Debian/Ubuntu 上先执行：sudo apt-get install %s"
            % package,
            "This Python has no venv module; on Debian or Ubuntu first run: "
            "sudo apt-get install %s" % package,
        )


def digest(*paths):
    """What an environment was made from: the files, this Python, this folder."""
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            found.update(file.read())
    found.update(repr((sys.version, sys.base_prefix, ROOT)).encode("utf-8"))
    return found.hexdigest()


def stamped(name, value):
    try:
        with open(os.path.join(VENV, name)) as file:
            return file.read() == value
    except OSError:
        return False


def stamp(name, value):
    with open(os.path.join(VENV, name), "w") as file:
        file.write(value)


def pip(*arguments):
    """Run pip, its words in the log; one sentence where it fails."""
    command = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    watched = sys.stderr.isatty()
    done = 0
    with open(LOG, "a", encoding="utf-8") as log:
        log.write("\n$ pip install %s\n" % " ".join(arguments))
        run = subprocess.Popen(
            command + list(arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said = []
        for raw in run.stdout:
            line = raw.decode("utf-8", "replace")
            log.write(line)
            said.append(line)
            if watched and line.startswith("Collecting "):
                done += 1
                sys.stderr.write("\r  %3d  %-50.50s" % (done, line.split()[1]))
                sys.stderr.flush()
        if watched and done:
            sys.stderr.write("\r%60s\r" % "")
        if run.wait() == 0:
            return
    words = "".join(said)
    where = os.path.relpath(LOG, ROOT)
    if any(sign in words for sign in OFFLINE):
        stop(
            "连不上软件包源：请检查网络或代理后重试（详见 %s）。" % where,
            "The package index cannot be reached: check the network or the proxy and try again "
            "(details in %s)." % where,
        )
    if "No space left" in words:
        stop(
            "磁盘已满，无法安装（约需 1.5 GB）。",
            "The disk is full: nothing more can be installed (about 1.5 GB are needed).",
        )
    errors = [line.strip() for line in said if line.startswith("ERROR")] or said[-1:]
    reason = errors[0].strip() if errors else "?"
    stop(
        "安装依赖失败：%s（详见 %s）" % (reason, where),
        "Installing the dependencies failed: %s (details in %s)" % (reason, where),
    )


def set_up():
    """The environment as the lock and pyproject.toml say; nothing where it already is."""
    lock = os.path.join(HERE, LOCKS.get(sys.version_info[:2], NEWEST_LOCK))
    from_lock = digest(lock)
    from_project = digest(lock, os.path.join(ROOT, "pyproject.toml"))
    if stamped("project.sha256", from_project) and version_of(PYTHON):
        return
    if not (stamped("lock.sha256", from_lock) and version_of(PYTHON)):
        check_venv_module()
        import venv

        say(
            "正在建立运行环境 .venv（首次约需两分钟）……",
            "Setting up .venv (about two minutes the first time) ...",
        )
        try:
            venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
        except (OSError, subprocess.CalledProcessError) as error:
            stop(
                "无法在 %s 建立虚拟环境：%s" % (VENV, error),
                "No virtual environment can be made in %s: %s" % (VENV, error),
            )
        pip("--require-hashes", "--no-deps", "-r", lock)
        stamp("lock.sha256", from_lock)
    pip("--no-deps", "--no-build-isolation", "--editable", ".")
    stamp("project.sha256", from_project)


def there(kind, what):
    if kind == "library":
        import ctypes

        try:
            ctypes.CDLL(what)
        except OSError:
            return False
        return True
    if kind == "file":
        import glob

        return bool(glob.glob(what))
    import shutil

    return shutil.which(what) is not None


def missing_system_packages():
    """The Debian packages of system.txt whose command, file or library is not here."""
    with open(os.path.join(HERE, "system.txt"), encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return sorted({package for kind, what, package in rows if not there(kind, what)})


def check_system():
    missing = " ".join(missing_system_packages())
    if missing:
        stop(
            "运行测试还缺系统软件包：%s；请先执行：sudo apt-get install %s" % (missing, missing),
            "The tests need system packages that are not here: %s; first run: "
            "sudo apt-get install %s" % (missing, missing),
        )


if __name__ == "__main__":
    check_python()
    try:
        if "--missing" in sys.argv:
            print(" ".join(missing_system_packages()))
        elif "--system" in sys.argv:
            check_system()
        else:
            set_up()
    except KeyboardInterrupt:
        stop("已中断；再次执行即可继续。", "Interrupted; run it again to go on.")
