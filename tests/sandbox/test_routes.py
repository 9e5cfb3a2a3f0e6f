import pytest

from cstoolkit.sandbox.routes import Routes


@pytest.fixture
def routes() -> Routes[str]:
    routes: Routes[str] = Routes()
    routes.add("GET", "/a/{id}", "one")
    routes.add("PUT", "/a/{id}", "change")
    routes.add("GET", "/a/count", "count")
    routes.add("GET", "/a/{id}/b/{name}", "deep")
    return routes


@pytest.mark.parametrize(
    ("path", "handler", "parameters"),
    [
        ("/a/7", "one", {"id": "7"}),
        ("/a/count", "count", {}),
        ("/a/7/b/x", "deep", {"id": "7", "name": "x"}),
        ("/a/count/b/x", "deep", {"id": "count", "name": "x"}),
        ("a/7/", "one", {"id": "7"}),
    ],
)
def test_path_finds_its_route(routes: Routes[str], path: str, handler: str, parameters: dict[str, str]):
    found = routes.find("GET", path)

    assert found is not None
    assert found.route is not None
    assert (found.route.handler, found.parameters) == (handler, parameters)


@pytest.mark.parametrize("path", ["/", "/b", "/a", "/a/7/b", "/a/7/b/x/y", "/a//b/x"])
def test_path_that_is_not_there_is_not_found(routes: Routes[str], path: str):
    assert routes.find("GET", path) is None


def test_another_method_is_told_from_another_path(routes: Routes[str]):
    found = routes.find("DELETE", "/a/7")

    assert found is not None
    assert found.route is None


def test_the_same_route_twice_is_an_error(routes: Routes[str]):
    with pytest.raises(ValueError, match="twice"):
        routes.add("GET", "/a/{other}", "again")
