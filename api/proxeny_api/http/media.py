"""Which types and encodings of a body are taken where."""

from typing import Final

from proxeny_api.errors import UnsupportedMedia

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
NDJSON: Final = "application/x-ndjson"


def check_media_type(content_type: bytes | None, method: str, *, is_batch: bool) -> None:
    """Raise 415 unless the body is JSON in UTF-8, or what else this method takes."""
    if content_type == b"application/json":
        return
    taken = [JSON]
    if method == "PATCH":
        taken.append(MERGE_PATCH)
    if is_batch:
        taken.append(NDJSON)
    kind, *parameters = (content_type or b"").decode("latin-1").lower().split(";")
    if kind.strip() not in taken:
        raise UnsupportedMedia(f"A body here is {' or '.join(taken)}; say so in Content-Type.")
    for parameter in parameters:
        name, _, setting = parameter.partition("=")
        if name.strip() == "charset" and setting.strip().strip('"') not in ("utf-8", "utf8"):
            raise UnsupportedMedia("JSON is UTF-8 here; no other charset is taken.")


def is_gzipped(content_encoding: bytes | None, *, is_batch: bool) -> bool:
    """Tell whether the body comes packed; raise 415 for what is not unpacked here."""
    if content_encoding is None or content_encoding.strip().lower() in (b"", b"identity"):
        return False
    if is_batch and content_encoding.strip().lower() in (b"gzip", b"x-gzip"):
        return True
    if is_batch:
        raise UnsupportedMedia("Of all content encodings only gzip is taken here.", headers={"Accept-Encoding": "gzip"})
    raise UnsupportedMedia("Packed bodies are taken by the batch only.", headers={"Accept-Encoding": "identity"})


def accepts_gzip(accept_encoding: bytes | None) -> bool:
    """Tell whether an answer may be packed; `gzip;q=0` says no (RFC 9110, section 12.5.3)."""
    if accept_encoding is None:
        return False
    qualities: dict[str, bool] = {}
    for coding in accept_encoding.decode("latin-1").lower().split(","):
        name, _, weight = coding.partition(";")
        zero = weight.replace(" ", "").removeprefix("q=").rstrip("0") in ("", "0.") and weight != ""
        qualities[name.strip()] = not zero
    return qualities.get("gzip", qualities.get("*", False))
