import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["cstoolkit.connectors", "cstoolkit.connectors.base"])
def test_importing_connectors_loads_no_http(module):
    heavy = "{'requests', 'urllib3', 'tenacity', 'duckdb'} & set(sys.modules)"
    program = f"import sys, {module}; print(sorted({heavy}))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
