"""Every setting of the server: an environment variable PROXENY_… each, with a sentence."""

import os
import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PEPPER_FILE = "pepper"


class Settings(BaseSettings):
    """What a server can be told; read from the environment when made."""

    model_config = SettingsConfigDict(env_prefix="PROXENY_", frozen=True)

    database_url: str | None = Field(
        default=None, description="A PostgreSQL of 16 or newer that may create roles; none: the bundled one."
    )
    login_url: str | None = Field(
        default=None,
        description="The login that requests run under, which `serve` then needs alone; none: made by migrating.",
    )
    replica_url: str | None = Field(
        default=None, description="Streaming replicas that reads may come from, with spaces between; user as of writes."
    )
    replica_wait: float = Field(
        default=0.1, ge=0, le=10, description="Seconds to wait for a replica to show what is demanded."
    )
    replica_max_lag: float = Field(default=30.0, gt=0, description="Seconds that a replica's answer may be old.")
    data_dir: Path | None = Field(
        default=None, description="Where the bundled database and the secret file live; none: the user's data folder."
    )
    backup_dir: Path | None = Field(
        default=None, description="Where the bundled database's log and backups go; none: no log is archived."
    )
    pepper: str | None = Field(
        default=None, description="The secret that hashes keys and signs cursors; none: a file in the data folder."
    )
    signing_keys: str | None = Field(
        default=None, description="The keys that sign the ledger's checkpoints; none: a file in the data folder."
    )
    environment: str = Field(default="live", pattern="^[a-z]{2,12}$", description="The word that keys carry.")
    pool_size: int = Field(default=10, ge=1, le=200, description="Database connections of one worker.")
    pool_timeout: float = Field(default=3.0, gt=0, description="Seconds to wait for a connection before a 503.")
    statement_timeout: float = Field(default=60.0, gt=0, description="Seconds after which a statement is cancelled.")
    statement_cache: int = Field(
        default=200, ge=0, description="Prepared statements kept a connection; 0 behind an old PgBouncer."
    )
    max_body: int = Field(default=1 << 20, ge=1, description="Bytes of a request's body.")
    max_batch_body: int = Field(default=16 << 20, ge=1, description="Bytes of a batch's body, unpacked.")
    max_batch_rows: int = Field(default=10_000, ge=1, description="Engagements in one batch.")
    body_stall: float = Field(default=30.0, gt=0, description="Seconds without a byte of the body before a 408.")
    keep_answers: int = Field(default=7, ge=1, le=90, description="Days that answers are kept to be repeated.")
    keep_last_use: int = Field(default=366, ge=1, le=3660, description="Days that a key's last use is known.")
    figure_cache: int = Field(default=64 << 20, ge=0, description="Bytes of figures that one worker remembers.")
    allowed_hosts: list[str] = Field(default=["*"], description="Values of the Host header that are served.")
    key_cache: float = Field(
        default=60.0, ge=0, le=3600, description="Seconds that a worker remembers whose a key is; not whether it ended."
    )
    key_rate: int = Field(default=600_000, ge=0, le=10**9, description="Requests of one key in a window; 0: no limit.")
    address_rate: int = Field(
        default=300_000, ge=0, le=10**9, description="Requests without a good key from one address; 0: no limit."
    )
    rate_window: int = Field(default=60, ge=1, le=3600, description="Seconds in which requests are counted.")
    trusted_proxies: list[str] = Field(
        default=["127.0.0.1", "::1"], description="Addresses and networks whose X-Forwarded-For is believed."
    )
    log_level: str = Field(default="INFO", description="What is logged: DEBUG, INFO, WARNING or ERROR.")

    def pepper_bytes(self, data_dir: Path) -> bytes:
        """Return the pepper; make its file, readable by its owner only, where there is none.

        Raises ValueError for one of fewer than 16 characters.
        """
        if self.pepper is not None:
            if len(self.pepper) < 16:
                raise ValueError("PROXENY_PEPPER needs at least 16 characters.")
            return self.pepper.encode()
        data_dir.mkdir(parents=True, exist_ok=True)
        path = data_dir / PEPPER_FILE
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _complete_pepper(path)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()


def _complete_pepper(path: Path) -> bytes:
    """Return a pepper that is there already, and refuse one cut short."""
    pepper = path.read_bytes().strip()
    if len(pepper) < 16:
        raise ValueError(f"The secret file {path.name} in the data folder is too short; remove it or restore it.")
    return pepper
