"""Makes kinds.parquet, a column of each kind, lists.parquet, lists of all sorts
and row groups without rows, and nested.parquet, lists within others, with pyarrow
21 or later."""
import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

utc = dt.timezone.utc
table = pa.table({
    "user": pa.array(["u1", "u2", "u3"]),
    "text": pa.array(['good, "very" 好', None, "line\nfeed"]),
    "rating": pa.array([4, None, -1], pa.int8()),
    "price": pa.array([9.5, None, 1e-7]),
    "exact": pa.array([decimal.Decimal("-12.34"), None, decimal.Decimal("0.05")], pa.decimal128(20, 2)),
    "member": pa.array([True, None, False]),
    "day": pa.array([dt.date(2024, 3, 5), None, dt.date(1969, 12, 31)]),
    "at": pa.array([dt.datetime(2024, 3, 5, 6, 7, 8, 123456, utc), None, dt.datetime(1969, 12, 31, 23, 59, 59, 500000, utc)]),
    "old": pa.array([dt.datetime(2024, 3, 5, 6, 7, 8), None, dt.datetime(1969, 12, 31, 23, 59, 59)], pa.timestamp("ms")),
    "big": pa.array([2**64 - 1, None, 0], pa.uint64()),
    "half": pa.array([np.float16(1 / 3), None, np.float16(-65504)], pa.float16()),
    "kind": pa.array(["a", None, "b"]).dictionary_encode(),
    "tags": pa.array([["x", "y"], [], None], pa.list_(pa.string())),
    "place": pa.array([{"city": "Ulm", "zip": 89073}, None, {"city": "Köln", "zip": None}]),
})
pq.write_table(table, "kinds.parquet", compression="zstd")

item = pa.field("element", pa.int32(), nullable=False)
lists = pa.table({
    "text": pa.array(["a", "b", "c", "d"]),
    "full": pa.array([[1, 2], [], None, [3]], pa.list_(item)),
    "map": pa.array([[("k", "v"), ("l", None)], [], None, [("m", "w")]], pa.map_(pa.string(), pa.string())),
    "odd": pa.array([[float("nan"), 1.0], [], None, [float("inf"), None]]),
    "in": pa.array([{"x": ["p"]}, {"x": []}, None, {"x": None}], pa.struct([("x", pa.list_(pa.string()))])),
})
lists = pa.table(lists.columns + [pa.array([[1], [], [], [2, 3]], pa.list_(item))],
                 schema=pa.schema([*lists.schema, pa.field("sure", pa.list_(item), nullable=False)]))
with pq.ParquetWriter("lists.parquet", lists.schema) as w:
    for part in lists.slice(0, 0), lists.slice(0, 3), lists.slice(0, 0), lists.slice(3):
        w.write_table(part)

text = pa.string()
nested = pa.table({
    "text": pa.array(["a", "b", "c", "d", "e"]),
    "lists": pa.array([[[1, 2], [3]], [[], None, [None]], [], None, [[4]]], pa.list_(pa.list_(pa.int32()))),
    "deep": pa.array([[[["x"], []], [["y", "z"]]], [[]], [None, [None, [None]]], None, []], pa.list_(pa.list_(pa.list_(text)))),
    "said": pa.array([[{"by": "u", "tags": ["p", "q"]}, {"by": "v", "tags": []}], [None, {"by": None, "tags": None}], [], None, [{"by": "w", "tags": [None]}]],
                     pa.list_(pa.struct([("by", text), ("tags", pa.list_(text))]))),
    "map": pa.array([[("k", [1.5, float("nan")]), ("l", [])], [("m", None)], [], None, [("n", [2.0])]], pa.map_(text, pa.list_(pa.float64()))),
    "maps": pa.array([[[("k", "v")], []], [None], [], None, [[("l", None), ("m", "w")]]], pa.list_(pa.map_(text, text))),
})
pq.write_table(nested, "nested.parquet")
