"""R2: the services do what the plain model of the rules does, whatever is asked of them."""

import pytest

from tests.endure import machine


@pytest.mark.usefixtures("db")
def test_services_and_the_plain_model_never_differ() -> None:
    machine.run()
