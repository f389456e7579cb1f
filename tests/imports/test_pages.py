"""The pages of an import, as somebody without JavaScript goes through them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.urls import reverse

from seatdash import tenancy
from seats.imports.reading import LARGEST_FILE
from seats.models import Import
from teams.models import Team
from tests.conftest import Cast
from tests.factories import make_allocation, make_import
from tests.pages import queries, text, url


def file(content: bytes, name: str = "teams.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def page_of(cast: Cast, source: Import) -> str:
    return url(cast, "import-file", source.pk)


def test_file_goes_from_upload_to_result(cast: Cast) -> None:
    client = cast.client(cast.admin)
    content = b"Team;Comment\nClassroom A;old\nClassroom Z;=1+1\n"
    answer = client.post(url(cast, "import"), {"kind": "teams", "file": file(content)}, follow=True)
    assert "First rows of the file" in text(answer)
    source = Import.objects.get()
    assert answer.redirect_chain[-1][0] == url(cast, "import-columns", source.pk)
    answer = client.post(answer.redirect_chain[-1][0], {"name": "0"}, follow=True)
    assert "Import 1 row" in text(answer)
    answer = client.post(page_of(cast, source), {"step": "confirm"}, follow=True)
    assert "Added" in text(answer)
    assert Team.objects.filter(name="Classroom Z").exists()
    listed = text(client.get(url(cast, "import")))
    assert "teams.csvTeams Imported 2" in listed


def test_pasted_rows_are_imported_too(cast: Cast) -> None:
    client = cast.client(cast.admin)
    pasted = {"kind": "products", "pasted": "code\tname\r\nLAW-1\tLaw\r\n"}
    client.post(url(cast, "import"), pasted)
    source = Import.objects.get()
    assert (source.name, source.columns) == ("Pasted rows", {"code": 0, "name": 1})


def test_upload_says_what_is_wrong_with_the_file(cast: Cast) -> None:
    client = cast.client(cast.admin)
    for content, words in (
        (b"", "empty"),
        (b"name\n", "There is no row below the header."),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04rest", "damaged"),
        (b"a\0b\n1\n", "neither a CSV nor an XLSX"),
    ):
        answer = client.post(url(cast, "import"), {"kind": "teams", "file": file(content)})
        assert answer.status_code in (409, 422)
        assert words in text(answer)
    answer = client.post(url(cast, "import"), {"kind": "teams"})
    assert "Choose a file, or paste rows below." in text(answer)
    assert not Import.objects.exists()


def test_file_that_is_too_large_is_refused_in_words(cast: Cast) -> None:
    large = file(b"name\n" + b"x" * (LARGEST_FILE + 1))
    answer = cast.client(cast.admin).post(url(cast, "import"), {"kind": "teams", "file": large})
    assert answer.status_code == 422
    assert "larger than 20 MiB" in text(answer)


def test_columns_must_be_matched(cast: Cast) -> None:
    source = make_import(cast.admin, "name,id\nA,1\n")
    client = cast.client(cast.admin)
    for data, words in (
        ({"external_id": "1"}, "This field is required."),
        ({"name": "9"}, "9 is not one of the available choices."),
        ({"name": "0", "external_id": "0"}, "matched to this column already"),
    ):
        answer = client.post(url(cast, "import-columns", source.pk), data)
        assert answer.status_code == 422
        assert words in text(answer)


def test_wrong_rows_are_shown_with_their_reasons(cast: Cast) -> None:
    source = make_import(cast.admin, "name,parent\nGood,\nBad,Nowhere\n")
    client = cast.client(cast.admin)
    page = text(client.get(page_of(cast, source)))
    assert "1 row is wrong, so nothing can be imported yet." in page
    assert "Part of: there is no team “Nowhere”." in page
    only = text(client.get(page_of(cast, source), {"state": "wrong"}))
    assert "Bad" in only
    assert "Good" not in only
    answer = client.post(page_of(cast, source), {"step": "confirm"})
    assert answer.status_code == 409


def test_discarded_file_is_gone(cast: Cast) -> None:
    source = make_import(cast.admin)
    client = cast.client(cast.admin)
    answer = client.post(page_of(cast, source), {"step": "discard"}, follow=True)
    assert "Discarded teams.csv." in text(answer)
    assert client.get(page_of(cast, source)).status_code == 404


def test_every_row_can_be_paged_through(cast: Cast) -> None:
    source = make_import(cast.admin, "name\n" + "".join(f"T{n}\n" for n in range(120)))
    client = cast.client(cast.admin)
    seen: list[int] = []
    address = page_of(cast, source)
    while address:
        page = client.get(address).context["page"]
        seen += [line.number for line in page]
        address = f"{page_of(cast, source)}{page.next_url}" if page.next_url else ""
    assert seen == list(range(2, 122))


def test_page_costs_the_same_however_many_rows(cast: Cast) -> None:
    client = cast.client(cast.admin)
    counts = [
        queries(client, page_of(cast, make_import(cast.admin, f"name\n{rows}")))
        for rows in ("A\nB\n", "".join(f"T{n}\n" for n in range(49)))
    ]
    assert counts[0] == counts[1]


def test_result_is_downloaded_with_formulas_neutralised(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        source = make_import(stage.admin, "name,note\nClassroom Z,=1+1\nClassroom A,-x\n")
    answer = stage.client(stage.admin).get(url(stage, "import-result", source.pk))
    assert isinstance(answer, StreamingHttpResponse)
    assert b"".join(answer).decode() == (
        "row,outcome,reason,name,note\r\n2,New,,Classroom Z,'=1+1\r\n3,Same,,Classroom A,'-x\r\n"
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_templates_can_be_imported_as_they_are(cast: Cast, form: str) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    client = cast.client(cast.admin)
    for kind in Import.Kind:
        got = client.get(url(cast, "import-template"), {"kind": kind, "format": form})
        assert f'filename="{kind}.{form}"' in got["Content-Disposition"]
        uploaded = {"kind": kind, "file": file(got.content, f"{kind}.{form}")}
        matching = client.post(url(cast, "import"), uploaded)["Location"]
        source = Import.objects.get(kind=kind)
        client.post(matching, source.columns)
        client.post(page_of(cast, source), {"step": "confirm"})
        source.refresh_from_db()
        assert (source.state, source.wrong) == ("done", 0), kind


def test_template_of_nothing_leads_back(cast: Cast) -> None:
    answer = cast.client(cast.admin).get(url(cast, "import-template"), {"kind": "x"})
    assert answer["Location"] == reverse("import", args=["north-high"])
