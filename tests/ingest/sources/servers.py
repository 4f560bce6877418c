"""A real SFTP server and a real S3-compatible server, on 127.0.0.1, for as long as a test runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import boto3
import httpx
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

from ingest.sources.endpoints import Endpoint

STARTED_WITHIN_SECONDS = 20
LOGIN, PASSWORD = "partner", "only for this test"


@dataclass
class SftpServer:
    """A server whose root is `folder`.

    It drops the line `cut_lines` times, each time at the `cut_after_reads`-th read, and calls
    `on_read` before each.
    """

    folder: Path
    port: int
    host_key: str
    cut_lines: int = 0
    cut_after_reads: int = 3
    reads: int = 0
    on_read: Callable[[], None] = lambda: None

    def endpoint(self, **extra: object) -> Endpoint:
        """How to reach it, its host key known, files finished as soon as they are seen."""
        known = {"known_hosts": f"[127.0.0.1]:{self.port} {self.host_key}", "settle_seconds": 0}
        return Endpoint("127.0.0.1", self.port, LOGIN, PASSWORD, known | extra)


class _Login(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (LOGIN, PASSWORD)


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Serve `folder`; the server runs in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sftp-server", daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = SftpServer(folder, 0, key.export_public_key().decode().strip())

    class Files(asyncssh.SFTPServer):
        def __init__(self, chan: asyncssh.SSHServerChannel) -> None:
            self._line = chan
            super().__init__(chan, chroot=str(folder).encode())

        def read(self, file_obj: object, offset: int, size: int) -> bytes:
            server.reads += 1
            server.on_read()
            if server.cut_lines and server.reads % server.cut_after_reads == 0:
                server.cut_lines -= 1
                self._line.get_connection().abort()
            return super().read(file_obj, offset, size)

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            *(_Login, "127.0.0.1", 0), server_host_keys=[key], sftp_factory=Files
        )

    def in_loop(coroutine: object) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(STARTED_WITHIN_SECONDS)

    async def stop(listening: asyncssh.SSHAcceptor) -> None:
        listening.close()
        await listening.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    acceptor = in_loop(listen())
    server.port = acceptor.get_port()
    try:
        yield server
    finally:
        in_loop(stop(acceptor))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STARTED_WITHIN_SECONDS)


@dataclass
class ObjectStore:
    """An S3-compatible server with the bucket `drop`."""

    url: str

    @property
    def endpoint(self) -> Endpoint:
        """How to reach it."""
        return Endpoint(None, None, "key", "secret", {"endpoint_url": self.url})

    def put(self, key: str, content: bytes) -> None:
        """Put one object."""
        self.client().put_object(Bucket="drop", Key=key, Body=content)

    def client(self) -> BaseClient:
        """The vendor's own client, to fill the store with."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Serve a store with nothing in its bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        store = ObjectStore(f"http://{host}:{port}")
        # The store lives in this process and outlives its server.
        httpx.post(f"{store.url}/moto-api/reset").raise_for_status()
        store.client().create_bucket(Bucket="drop")
        yield store
    finally:
        server.stop()
