"""Files on a web server: fetched once, asked about ever after."""

from __future__ import annotations

import gzip

import pytest

from tests.ingest.sources.conftest import SALES, Landings, WebServer


@pytest.fixture
def sales(web: WebServer) -> WebServer:
    """A server that holds sales.csv."""
    web.files["/files/sales.csv"] = SALES.encode()
    web.tags["/files/sales.csv"] = '"v1"'
    return web


def test_a_file_is_fetched_and_landed_under_its_address(
    sales: WebServer, landing: Landings
) -> None:
    landed = landing(path=f"{sales.url}/files/sales.csv")
    assert landed.rows == 2
    assert landing.rows("who, _file")[0] == ("anna", f"{sales.url}/files/sales.csv")


def test_an_unchanged_file_is_not_sent_again(sales: WebServer, landing: Landings) -> None:
    landing(path=f"{sales.url}/files/sales.csv")
    assert landing(path=f"{sales.url}/files/sales.csv").batch_id is None
    assert (len(sales.asked), sales.bodies_sent) == (2, 1)


def test_without_a_tag_the_same_content_is_nothing_new(sales: WebServer, landing: Landings) -> None:
    sales.tags.clear()
    landing(path=f"{sales.url}/files/sales.csv")
    assert landing(path=f"{sales.url}/files/sales.csv").batch_id is None
    assert sales.bodies_sent == 2


def test_a_changed_file_is_landed(sales: WebServer, landing: Landings) -> None:
    landing(path=f"{sales.url}/files/sales.csv", load="replace")
    sales.files["/files/sales.csv"] += b"3,cleo,7\n"
    sales.tags["/files/sales.csv"] = '"v2"'
    assert landing(path=f"{sales.url}/files/sales.csv", load="replace").rows == 3
    assert landing.rows("who") == [("anna",), ("bert",), ("cleo",)]


def test_a_busy_server_is_asked_again_later_each_time(sales: WebServer, landing: Landings) -> None:
    sales.failures = [503, 503]
    assert landing(path=f"{sales.url}/files/sales.csv").rows == 2
    assert landing.waits.slept == [2.0, 4.0]


@pytest.mark.parametrize(("asked", "waited"), [("9", 9.0), ("1", 2.0), ("soon", 2.0)])
def test_a_server_that_names_a_time_is_not_asked_before_it(
    sales: WebServer, landing: Landings, asked: str, waited: float
) -> None:
    sales.failures, sales.retry_after = [429], asked
    assert landing(path=f"{sales.url}/files/sales.csv").rows == 2
    assert landing.waits.slept == [waited]


def test_a_refusal_is_not_asked_again(sales: WebServer, landing: Landings) -> None:
    error = landing.refused(path=f"{sales.url}/files/sale.csv")
    assert "404 Not Found" in error.what
    assert error.where == f"{sales.url}/files/sale.csv"
    assert "path" in str(error.hint)
    assert landing.waits.slept == []


def test_a_server_that_never_answers_is_an_error(web: WebServer, landing: Landings) -> None:
    web.close()
    error = landing.refused(path=f"{web.url}/sales.csv", retries=2, retry_delay=1)
    assert "gives no answer" in error.what
    assert landing.waits.slept == [1.0, 2.0]


def test_a_body_that_breaks_off_is_fetched_again(sales: WebServer, landing: Landings) -> None:
    sales.broken.add("/files/sales.csv")
    landing.waits.before = lambda _: sales.broken.clear()
    assert landing(path=f"{sales.url}/files/sales.csv").rows == 2
    assert len(landing.waits.slept) == 1


def test_the_copy_is_used_where_the_last_delivery_is_good_enough(
    sales: WebServer, landing: Landings
) -> None:
    path = f"{sales.url}/files/sales.csv"
    landing(path=path)
    sales.failures = [503] * 4
    landed = landing(path=path, on_failure="last")
    assert landed.batch_id is None
    assert "the copy fetched 2024-06-22 09:30:00 UTC is used" in str(landed.failure)
    sales.failures = [503] * 4
    assert landing(path=path, on_failure="last", delimiter=",").rows == 2


def test_without_a_copy_the_last_delivery_is_an_error(web: WebServer, landing: Landings) -> None:
    web.failures = [503] * 4
    error = landing.refused(path=f"{web.url}/sales.csv", on_failure="last")
    assert "nothing was landed before" in error.what


def test_secrets_reach_the_server_and_nobody_else(sales: WebServer, landing: Landings) -> None:
    sales.needs = {"Authorization": "Bearer s3cr3t"}
    path = f"{sales.url}/files/sales.csv"
    landing(path=f"{path}?token=s3cr3t", headers={"Authorization": "Bearer s3cr3t"})
    assert sales.asked[0][0].endswith("?token=s3cr3t")
    assert "s3cr3t" not in landing.written()
    error = landing.refused(path=path.replace("://", "://anna:s3cr3t@"))
    assert "401" in error.what
    assert "s3cr3t" not in str(error)


def test_user_and_password_in_an_address_are_sent(sales: WebServer, landing: Landings) -> None:
    sales.needs = {"Authorization": "Basic YW5uYTpzM2NyM3Q="}
    landed = landing(path=f"{sales.url}/files/sales.csv".replace("://", "://anna:s3cr3t@"))
    assert landed.rows == 2
    assert landing.rows("_file")[0] == (f"{sales.url}/files/sales.csv",)


def test_secrets_do_not_follow_to_another_server(sales: WebServer, landing: Landings) -> None:
    other = WebServer()
    other.files["/sales.csv"] = SALES.encode()
    sales.moved["/files/sales.csv"] = f"{other.url}/sales.csv"
    landing(path=f"{sales.url}/files/sales.csv", headers={"Authorization": "s3cr3t"})
    other.close()
    assert sales.asked[0][1]["Authorization"] == "s3cr3t"
    assert "Authorization" not in other.asked[0][1]


def test_headers_with_secrets_do_not_follow_to_another_server(
    sales: WebServer, landing: Landings
) -> None:
    other = WebServer()
    other.files["/sales.csv"] = SALES.encode()
    sales.moved["/files/sales.csv"] = f"{other.url}/sales.csv"
    landing(path=f"{sales.url}/files/sales.csv", headers={"X-Api-Key": "s3cr3t"})
    other.close()
    asked = [{name.lower(): value for name, value in one[1].items()} for one in sales.asked]
    assert asked[0]["x-api-key"] == "s3cr3t"
    assert "s3cr3t" not in str(other.asked)


def test_a_compressed_file_is_kept_as_it_was_sent(web: WebServer, landing: Landings) -> None:
    packed = gzip.compress(SALES.encode())
    web.files["/sales.csv.gz"] = packed
    web.encodings["/sales.csv.gz"] = "gzip"
    assert landing(path=f"{web.url}/sales.csv.gz").rows == 2
    assert (landing.root / ".regulars/downloads/sales/sales.csv.gz").read_bytes() == packed


def test_an_address_with_spaces_and_letters_of_any_language_is_fetched(
    web: WebServer, landing: Landings
) -> None:
    web.files["/%C3%BC%20ber/sales.csv"] = SALES.encode()
    assert landing(path=f"{web.url}/ü ber/sales.csv").rows == 2
