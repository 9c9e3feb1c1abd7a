"""Makes a copy of the installed ONNX Runtime that takes the CPU for one with AVX2 alone.

    python hold.py DIR
    PYTHONPATH=DIR LD_PRELOAD=DIR/answer.so python ../embed.py ...

ONNX Runtime chooses its kernels by CPUID and XGETBV and has no switch. In the copy
these instructions are replaced by invalid ones as long, which answer.c answers with
the bits of AVX-512 and later cleared; of AVX-VNNI, too, unless HELD_VNNI=1. With
HELD_SAY=1 it prints at exit how often it answered. Needs gcc and binutils, x86-64 Linux.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import onnxruntime

CODES = {"cpuid": (b"\x0f\xa2", b"\x0f\x0b"), "xgetbv": (b"\x0f\x01\xd0", b"\x0f\xb9\xc0")}


def segments(path):
    """Address, offset and size of what is loaded."""
    lines = subprocess.check_output(["readelf", "-lW", path], text=True).splitlines()
    fields = [line.split() for line in lines]
    return [(int(f[2], 16), int(f[1], 16), int(f[4], 16)) for f in fields if f[:1] == ["LOAD"]]


def replace(path):
    data, loaded, count = bytearray(path.read_bytes()), segments(path), 0
    listing = subprocess.check_output(["objdump", "-d", "--no-show-raw-insn", path], text=True)
    for address, name in re.findall(r"^\s*([0-9a-f]+):\s+(cpuid|xgetbv)\s*$", listing, re.M):
        a = int(address, 16)
        at = next(a - start + offset for start, offset, size in loaded if start <= a < start + size)
        old, new = CODES[name]
        assert data[at : at + len(old)] == old, f"{path}: {name} at {address} is not there"
        data[at : at + len(old)] = new
        count += 1
    path.write_bytes(data)
    print(f"{path.name}: {count} instructions replaced")


directory = pathlib.Path(sys.argv[1])
copy = directory / "onnxruntime"
shutil.copytree(pathlib.Path(onnxruntime.__file__).parent, copy)
for library in sorted(copy.glob("capi/*onnxruntime_pybind11_state*.so")):
    replace(library)
source = pathlib.Path(__file__).with_name("answer.c")
subprocess.check_call(["gcc", "-O2", "-shared", "-fPIC", "-o", directory / "answer.so", source])
