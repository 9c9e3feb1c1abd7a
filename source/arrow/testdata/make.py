"""Makes kinds.arrow and kinds.arrows with pyarrow 21 or later: a column of each kind."""
import datetime as dt

import numpy as np
import pyarrow as pa

utc = dt.timezone.utc
table = pa.table({
    "user": pa.array(["u1", "u2", "u3"]),
    "text": pa.array(['good, "very" 好', None, "line\nfeed"], pa.large_string()),
    "rating": pa.array([4, None, -1], pa.int8()),
    "price": pa.array([9.5, None, 1e-7]),
    "member": pa.array([True, None, False]),
    "day": pa.array([dt.date(2024, 3, 5), None, dt.date(1969, 12, 31)]),
    "at": pa.array([dt.datetime(2024, 3, 5, 6, 7, 8, 123456, utc), None, dt.datetime(1969, 12, 31, 23, 59, 59, 500000, utc)]),
    "big": pa.array([2**64 - 1, None, 0], pa.uint64()),
    "half": pa.array([np.float16(1 / 3), None, np.float16(-65504)], pa.float16()),
    "kind": pa.array(["a", None, "b"]).dictionary_encode(),
    "tags": pa.array([["x", "y"], [], None], pa.list_(pa.string())),
    "place": pa.array([{"city": "Ulm", "zip": 89073}, None, {"city": "Köln", "zip": None}]),
})
for name, new in ("kinds.arrow", pa.ipc.new_file), ("kinds.arrows", pa.ipc.new_stream):
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with new(name, table.schema, options=options) as w:
        w.write_table(table, max_chunksize=2)
