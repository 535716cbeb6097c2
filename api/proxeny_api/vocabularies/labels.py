"""The English label of a code, made from the code itself."""


def label(code: str) -> str:
    """Return the code as words with a capital first.

    >>> label("policy_change")
    'Policy change'
    """
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
