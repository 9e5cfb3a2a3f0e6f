import subprocess
import sys
from pathlib import Path

TEST = """
import urllib.request

def test_there_is_an_account(cstoolkit_sandbox):
    request = urllib.request.Request(cstoolkit_sandbox.address() + "/api/v2/users/me")
    request.add_header("Authorization", "Basic YWRtaW5AZXhhbXBsZS5jb20vdG9rZW46c2FuZGJveC10b2tlbg==")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200

def test_of_any_kind(make_cstoolkit_sandbox):
    assert set(make_cstoolkit_sandbox({"one": "zendesk", "two": "zendesk"}).accounts) == {"one", "two"}
"""


def test_fixtures_come_with_the_package(tmp_path: Path):
    (tmp_path / "test_theirs.py").write_text(TEST)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_plugin_loads_no_server_before_it_is_used():
    code = "import sys, cstoolkit.sandbox.pytest_plugin; print([m for m in ('starlette', 'uvicorn', 'trustme') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
