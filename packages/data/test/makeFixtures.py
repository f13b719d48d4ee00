"""Writes the files in fixtures/ by other implementations than the one that reads them.

pip install pyarrow polars && python makeFixtures.py
"""

import subprocess
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import ipc

here = Path(__file__).parent / "fixtures"
here.mkdir(exist_ok=True)

# Row i of `types`: each column's value follows from i alone.
rows = range(10)
names = ["cat", "dog", "ant"]
table = pa.table(
    {
        "unused_decimal": pa.array([i for i in rows], pa.decimal128(10, 2)),
        "int8": pa.array([i - 5 for i in rows], pa.int8()),
        "uint16": pa.array([i * 1000 for i in rows], pa.uint16()),
        "int64": pa.array([i * 2**40 for i in rows], pa.int64()),
        "uint64": pa.array([i * 2**40 for i in rows], pa.uint64()),
        "float32": pa.array([i / 4 for i in rows], pa.float32()),
        "float64": pa.array([i / 8 for i in rows], pa.float64()),
        "bool": pa.array([i % 3 == 0 for i in rows], pa.bool_()),
        "unused_struct": pa.array([{"a": i, "b": [i]} for i in rows]),
        "unused_timestamp": pa.array([i for i in rows], pa.timestamp("us", "UTC")),
        "unused_map": pa.array([[("k", i)] for i in rows], pa.map_(pa.string(), pa.int32())),
        "unused_view": pa.array(["long enough not to be inlined %d" % i for i in rows], pa.string_view()),
        "bytes": pa.array([[i, i + 1, i + 2] for i in rows], pa.list_(pa.uint8(), 3)),
        "floats": pa.array([[i, i / 2] for i in rows], pa.list_(pa.float32(), 2)),
        "doubles": pa.array([[i, i / 2] for i in rows], pa.list_(pa.float64(), 2)),
        "matrix": pa.array([[[i, 1], [2, 3], [4, 5]] for i in rows], pa.list_(pa.list_(pa.int16(), 2), 3)),
        "name": pa.array([names[i % 3] for i in rows], pa.string()),
        "large_name": pa.array([names[i % 3] for i in rows], pa.large_string()),
        "view_name": pa.array([names[i % 3] * (1 + i // 5 * 9) for i in rows], pa.string_view()),
        "category": pa.array([names[i % 3] for i in rows]).dictionary_encode(),
        "class": pa.array([i % 3 for i in rows], pa.int32()),
    }
)


def write(name, table, stream=False, **options):
    new = ipc.new_stream if stream else ipc.new_file
    with new(here / name, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=4)


write("types.arrow", table)
write("types.arrows", table, stream=True)
small = table.select(["floats", "bytes", "category", "class"])
write("lz4.arrow", small, compression="lz4")
write("lz4.arrows", small, stream=True, compression="lz4")

# Long runs and long literals, which LZ4 writes in other ways than short ones.
long = pa.table({"x": pa.array([float(i // 300) if i < 2000 else float(i * i % 7919) for i in range(4000)], pa.float64())})
for codec in ["lz4", "zstd"]:
    with ipc.new_file(here / f"{codec}Long.arrow", long.schema, options=ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_table(long)

# A stream whose dictionary grows by additions, then is replaced by one in another order.
kind = pa.dictionary(pa.int8(), pa.string())


def batch(codes, words):
    return pa.record_batch(
        {
            "x": pa.array([float(c) for c in codes], pa.float32()),
            "name": pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(words)),
        }
    )


batches = [
    batch([0, 1, 0], ["b", "a"]),
    batch([2, 1], ["b", "a", "c"]),
    batch([0, 1, 2], ["c", "b", "a"]),
]
schema = pa.schema({"x": pa.float32(), "name": kind})
with ipc.new_stream(here / "deltas.arrows", schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
    for one in batches:
        writer.write_batch(one)

# Polars writes strings and categories as views.
pl.DataFrame(
    {
        "x": [0.5, 1.5, 2.5],
        "name": ["a", "a name too long to be inlined", "b"],
        "category": pl.Series(["b", "a", "b"], dtype=pl.Categorical),
    }
).write_ipc(here / "polars.arrow")

# What Node 20 cannot make: a CSV compressed by zstd.
rows = "".join(
    f"{i},{'true' if i % 2 else 'false'},2024-05-{i % 28 + 1:02d},\"word {i % 9}, \"\"{i}\"\"\"\n" for i in range(400)
)
subprocess.run(["zstd", "-q", "-f", "-19", "-o", here / "table.csv.zst"], input=f"n,b,d,w\n{rows}".encode(), check=True)
