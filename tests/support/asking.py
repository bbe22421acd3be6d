"""Commands that name their fault, and containers that are asked without a network. Standard library only; needs root, Docker, nsenter, ip and curl."""
import re
import subprocess
import time

PORT = 5173 + 1717  # neither 8080 nor any tool's default
ADDRESS = "10.99.0.1"


class Fault(Exception):
    """A step that did not succeed; the message goes into a table."""


def run(command, timeout, fault, log=None, **options):
    """Runs a command and returns its output, or raises a Fault with the first error that it printed."""
    try:
        done = subprocess.run(command, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", **options)
    except subprocess.TimeoutExpired:
        raise Fault(f"{fault}: not done after {timeout} s") from None
    if log:
        log.write_text(done.stdout + done.stderr)
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + "\n" + done.stderr).splitlines() if line.strip()]
        errors = [line for line in lines if re.search(r"error|cannot|failed|not found", line, re.I)]
        raise Fault(f"{fault}: {(errors or lines or ['no message'])[0]}")
    return done.stdout


def ask_image(image, arguments=(), path="/", expect=""):
    """Runs an image and asks it on PORT, on an address that is added inside its own network namespace, so that an app that listens on the loopback
    address alone does not answer. Raises a Fault unless it answers as expected."""
    container = run(["docker", "run", "--detach", "--network", "none", "--env", f"PORT={PORT}", *arguments, image], 60, "run").strip()
    try:
        ask_container(container, path, expect)
    finally:
        subprocess.run(["docker", "rm", "--force", container], capture_output=True)


def ask_container(container, path, expect):
    inspect = ["docker", "inspect", "--format", "{{.State.Pid}}", container]
    enter = ["nsenter", "--net", "--target", run(inspect, 30, "inspect").strip()]
    run([*enter, "ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], 30, "network")
    end, last = time.monotonic() + 90, "no answer"
    curl = ["curl", "--silent", "--show-error", "--max-time", "10", "--noproxy", "*", "--write-out", "\n%{http_code}", f"http://{ADDRESS}:{PORT}{path}"]
    while time.monotonic() < end:
        answer = subprocess.run([*enter, *curl], capture_output=True, text=True, errors="replace")
        if answer.returncode == 0:
            body, status = answer.stdout.rsplit("\n", 1)
            if 200 <= int(status) < 400 and expect in body:
                return
            last = f"status {status}"
        time.sleep(1)
    logs = subprocess.run(["docker", "logs", "--tail", "3", container], capture_output=True, text=True, errors="replace")
    raise Fault(f"{last}; the log ends: {' '.join((logs.stdout + logs.stderr).split())[-200:]}")
