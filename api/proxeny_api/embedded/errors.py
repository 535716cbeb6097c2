"""What can go wrong with the bundled server, each kind under a name of its own."""


class EmbeddedError(Exception):
    """The bundled server cannot be had; the message says what to do about it."""


class FolderUnreachable(EmbeddedError):
    """The account that the server runs under cannot enter the data folder."""


class ServerFailed(EmbeddedError):
    """The server or one of its programs ended with an error, or did not answer in time."""


class ServerUnfit(EmbeddedError):
    """The server is too old, or set so that it may lose what it has confirmed."""
