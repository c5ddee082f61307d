"""A store that speaks S3, run by the tests in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

KEY, SECRET, REGION = "anna", "s3cr3t-key", "eu-west-1"
_SERVE = """
import sys
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True)
class Store:
    """A running store with one bucket, `shop`."""

    endpoint: str
    client: Any

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket="shop", Key=key, Body=body)


@contextmanager
def running() -> Iterator[Store]:
    """Start a store on a free port of loopback, and stop it again."""
    import boto3

    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVE],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        endpoint = f"http://127.0.0.1:{int(process.stdout.readline())}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        location = {"LocationConstraint": REGION}
        client.create_bucket(Bucket="shop", CreateBucketConfiguration=location)
        yield Store(endpoint, client)
        client.close()
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
