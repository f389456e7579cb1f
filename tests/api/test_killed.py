"""R3 in short: the real server, killed in the middle of an order that fifty programs send."""

from contextlib import nullcontext

from tests.conftest import Cast
from tests.endure import files
from tests.endure.callers import make_callers_place
from tests.endure.killing import SAME, capacity_of_order, order_of, together
from tests.endure.serving import serving


def test_fifty_equal_orders_have_one_effect_also_where_the_server_is_killed(stage: Cast) -> None:
    place = make_callers_place()
    with serving() as server:
        calm = together(server, place, order_of(20), "calm", nullcontext())
        assert {each.status for each in calm} == {200}
        assert len({each.body for each in calm}) == 1
        assert sum(each.is_replay for each in calm) == SAME - 1
        assert capacity_of_order(place.admin) == [25]

        trouble = server.killed_amid_booking()
        killed = together(server, place, order_of(300), "killed", trouble)
        assert {each.status for each in killed} == {200}
        assert len({each.body for each in killed}) == 1
        assert max(each.tries for each in killed) > 1
        assert capacity_of_order(place.admin) == [50]


def test_files_that_no_spreadsheet_wrote_break_no_import(stage: Cast) -> None:
    place = make_callers_place()
    imported = files.run(place.admin, files=16, seed=5, large=False)
    assert not imported.findings, files.tell(imported)
    assert {"refused", "done"} <= set(imported.ends)
