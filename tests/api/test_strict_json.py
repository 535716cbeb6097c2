"""Promise A1: what is not strict JSON is refused, in linear time, and its values are not repeated."""

import json
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxeny_api.http.strict_json import MAX_DEPTH, NotStrict, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBERS = st.integers(-(10**40) + 1, 10**40 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=30,
)
TAKEN = {
    "minus nought": b"-0",
    "40 digits": b"1" * 40,
    "40 digits with a point": b"-0." + b"1" * 39,
    "the largest double": b"1.7976931348623157e308",
    "the smallest double": b"4.9e-324",
    "nought with any exponent": b"0e-400",
    "an exponent in a string": b'["1e400", "2E+999"]',
    "many digits in a string": b'"' + b"1" * 100 + b'"',
    "hexadecimal hash": b'"9e107d9d372bb6826bd81d3542a419d6e5e123"',
    "an escaped backslash before u0000": b'"\\\\u0000"',
    "an escaped quote before a long exponent": b'["\\"1e400", 1]',
    "a backslash at the end of a string": b'["\\\\", "1e400", "\\\\"]',
    "a pair of surrogates": b'"\\ud83d\\ude00"',
    "delete, and a byte order mark inside": '"\x7f\ufeff\uffff"'.encode(),
    "32 lists": b"[" * 32 + b"]" * 32,
    "32 of both": b'{"a":[' * 16 + b"1" + b"]}" * 16,
    "brackets in a string": b'"' + b"[{" * 100 + b'"',
    "the same name in two objects": b'[{"a":1},{"a":1}]',
    "white space": b" \t\r\n[ 1 , 2 ]\n",
}
MEBIBYTE = 1 << 20
LARGE = {
    "quotes": b'"' * MEBIBYTE,
    "strings": b"[" + b'"",' * (MEBIBYTE // 3) + b"1e400]",
    "backslashes": b'"' + b"\\" * MEBIBYTE + b'"',
    "backslashes before u0000": b'"' + b"\\\\" * (MEBIBYTE // 2) + b'\\u0000"',
    "things like u0000": b'"' + b"\\\\u0000" * (MEBIBYTE // 7) + b'"',
    "open lists": b"[" * MEBIBYTE,
    "flat lists": b"[" + b"[]," * (MEBIBYTE // 3) + b"1]",
    "lists 32 deep": b"[" + (b"[" * 31 + b"]" * 31 + b",") * (MEBIBYTE // 63) + b"1]",
    "digits": b"1" * MEBIBYTE,
    "digits after the point": b"0." + b"1" * MEBIBYTE,
    "exponents": b"[" + b"1e300," * (MEBIBYTE // 6) + b"1]",
    "almost suspicious": b'"' + (b"0" * 38 + b" ") * (MEBIBYTE // 39) + b'"',
    "names": b"{" + b",".join(b'"%d":0' % i for i in range(MEBIBYTE // 10)) + b"}",
}


@given(VALUES, st.booleans())
def test_what_any_encoder_writes_comes_back_equal(value: object, escaped: bool) -> None:
    raw = json.dumps(value, ensure_ascii=escaped, separators=(", ", ": ")).encode()

    assert parse(raw) == value


@pytest.mark.parametrize("raw", TAKEN.values(), ids=TAKEN.keys())
def test_what_only_looks_suspicious_is_taken(raw: bytes) -> None:
    assert parse(raw) == json.loads(raw)


@given(st.binary(max_size=40) | st.text('[]{},:"\\u0dea8c1-+.e nt', max_size=40).map(str.encode))
@settings(max_examples=500)
def test_no_bytes_do_anything_but_pass_or_be_refused(raw: bytes) -> None:
    try:
        value = parse(raw)
    except NotStrict:
        return

    assert value == json.loads(raw)
    assert "\0" not in json.dumps(value, ensure_ascii=False)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["{!r}", "{:.20e}", "{:E}"]))
def test_every_double_is_taken_however_it_is_written(number: float, form: str) -> None:
    written = form.format(number)
    if math.isinf(float(written)):  # the largest doubles, rounded up by "{:E}"
        return

    assert parse(written.encode()) == float(written)


@given(st.integers(1, 60), st.data())
def test_depth_is_counted_exactly(depth: int, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["[]", "{}"]), min_size=depth, max_size=depth))
    value: object = 1
    for kind in kinds:
        value = [value, "[", 2] if kind == "[]" else {"a": [], "b": value} if depth < 30 else {"b": value}
    raw = json.dumps(value).encode()

    if depth <= MAX_DEPTH:
        assert parse(raw) == value
    else:
        with pytest.raises(NotStrict, match="deeper than 32"):
            parse(raw)


@pytest.mark.parametrize("raw", LARGE.values(), ids=LARGE.keys())
def test_no_body_takes_long(raw: bytes) -> None:
    before = time.process_time()

    try:
        parse(raw)
    except NotStrict:
        pass
    finally:
        assert time.process_time() - before < 2.0


@pytest.mark.parametrize(
    "raw", [b'{"secret":1,"secret":2}', b'["secret', b'{"a":"secret"} secret', b'["\\u0000secret"]']
)
def test_a_refusal_repeats_nothing(raw: bytes) -> None:
    with pytest.raises(NotStrict) as refused:
        parse(raw)

    assert "secret" not in str(refused.value)


def test_a_refusal_says_where() -> None:
    with pytest.raises(NotStrict, match="line 2, column 9"):
        parse(b'{"a": 1,\n "b":tru}')
