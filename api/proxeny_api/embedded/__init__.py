"""The bundled PostgreSQL: started when no database URL is set, stopped with the process that started it."""

from proxeny_api.embedded.account import default_data_dir
from proxeny_api.embedded.checks import check_server
from proxeny_api.embedded.errors import EmbeddedError, FolderUnreachable, ServerFailed, ServerUnfit
from proxeny_api.embedded.server import Bundled, BundledServer, start

__all__ = [
    "Bundled",
    "BundledServer",
    "EmbeddedError",
    "FolderUnreachable",
    "ServerFailed",
    "ServerUnfit",
    "check_server",
    "default_data_dir",
    "start",
]
