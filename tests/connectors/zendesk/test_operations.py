import inspect

from cstoolkit.connectors import optional
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.connectors.zendesk.operations import OPERATIONS, ZendeskOperations


def test_the_operations_that_it_names_are_the_methods_that_it_has_and_each_is_documented():
    methods = {name for name in vars(ZendeskOperations) if not name.startswith("_")} - set(
        ZendeskOperations.__annotations__
    )

    assert methods == OPERATIONS
    assert all(getattr(ZendeskHelpdesk, name).__doc__ for name in OPERATIONS)


def test_operations_that_helpdesks_share_take_what_the_shared_protocol_says():
    shapes = [
        (name, method)
        for shape in vars(optional).values()
        if isinstance(shape, type)
        and getattr(shape, "_is_protocol", False)
        and shape.__module__ == optional.__name__
        for name, method in vars(shape).items()
        if not name.startswith("_")
    ]

    assert shapes
    for name, method in shapes:
        ours = inspect.signature(getattr(ZendeskHelpdesk, name)).parameters
        for parameter in inspect.signature(method).parameters.values():
            assert ours[parameter.name].kind == parameter.kind, name


def test_every_method_says_which_page_of_the_vendor_it_rests_on():
    own = {"open", "close", "zenpy"}  # nothing of Zendesk's
    methods = {
        name: member
        for kind in (ZendeskHelpdesk, ZendeskOperations)
        for name, member in vars(kind).items()
        if not name.startswith("_") and name not in own and inspect.isfunction(member)
    }

    silent = [
        name
        for name, member in methods.items()
        if "https://developer.zendesk.com/" not in (member.__doc__ or "")
    ]

    assert len(methods) > 25
    assert silent == []


def test_what_a_method_raises_is_in_its_docstring_or_in_its_class():
    assert "Raises" in ZendeskHelpdesk.update.__doc__
    assert all(error in ZendeskOperations.__doc__ for error in ("AuthenticationError", "UnavailableError"))
