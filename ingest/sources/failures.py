"""What went wrong with a source, as an error that says what to do and names no file.

Messages of the libraries quote paths, and paths may hold names of people: none is passed on.
"""

from __future__ import annotations

import errno

import asyncssh
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from ingest.sources.declared import RemoteSource
from tallywatch.errors import TallywatchError, TerminalError, TransientError

REFUSED = (
    PermissionError,
    asyncssh.PermissionDenied,
    asyncssh.SFTPPermissionDenied,
    NoCredentialsError,
    PartialCredentialsError,
)
MAY_PASS = (OSError, TimeoutError, asyncssh.Error, BotoCoreError, ClientError, EOFError)


def failure(error: Exception, source: RemoteSource) -> TallywatchError:
    """The error to raise for `error`, which a library raised while `source` was swept."""
    name = f"source {source.name}"
    if isinstance(error, TallywatchError):
        return error
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return TerminalError(
            f"{name}: the server shows a host key that is not among the known ones",
            "the host key in known_hosts of the connection's extra",
            "ask the sender for the new key by another way; put it there only if they confirm it",
        )
    if isinstance(error, REFUSED):
        return TerminalError(
            f"{name}: access refused ({type(error).__name__})",
            "credentials that may list and read the location",
            f"correct the connection {source.name}, or ask the sender for the right to read",
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError | asyncssh.SFTPNoSuchPath):
        return TerminalError(
            f"{name}: the folder or bucket of the location is not there",
            "a location that can be listed",
            "correct servers in the contract, or ask the sender to make it",
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return TerminalError(
            f"{name}: the disk of the inbox is full", "room for the file", "make room, fetch again"
        )
    if isinstance(error, asyncssh.KeyImportError | asyncssh.KeyEncryptionError):
        return TerminalError(
            f"{name}: private_key of the connection's extra cannot be read",
            "a private key in OpenSSH or PEM form, and its passphrase",
            f"correct the connection {source.name}",
        )
    if isinstance(error, MAY_PASS):
        return TransientError(
            f"{name}: {type(error).__name__}",
            "a server that answers",
            "it is tried again by itself",
        )
    return TerminalError(
        f"{name}: unexpected {type(error).__name__}",
        "a listing and the bytes of its files",
        "report this as a defect of ingest/sources",
    )
