package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unsafe"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

func floats(vs ...float32) []byte {
	var b []byte
	for _, v := range vs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// accepted is every oddity that must load, with the values of its tensors.
var accepted = []struct {
	name string
	file []byte
	want map[string][]float32
}{
	{"no tensors", raw(`{}`), map[string][]float32{}},
	{"only metadata", raw(`{"__metadata__":{"format":"pt"}}`), map[string][]float32{}},
	{"metadata null", raw(`{"__metadata__": null,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, floats(1)...), map[string][]float32{"w": {1}}},
	{"header padded with spaces", raw(one(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`)+"       ", floats(1, 2)...), map[string][]float32{"w": {1, 2}}},
	{"header padded with other white space", raw(one(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`)+" \t\r\n", floats(1, 2)...), map[string][]float32{"w": {1, 2}}},
	{"white space everywhere", raw("{ \"w\" :\n{\t\"dtype\" : \"F32\" , \"shape\" : [ 1 , 1 ] , \"data_offsets\" : [ 0 , 4 ] } }", floats(3)...), map[string][]float32{"w": {3}}},
	{"unsorted header", raw(`{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"c":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, floats(1, 2, 3)...), map[string][]float32{"a": {1}, "b": {2}, "c": {3}}},
	{"fields in another order", raw(one(`"data_offsets":[0,4],"shape":[1],"dtype":"F32"`), floats(5)...), map[string][]float32{"w": {5}}},
	{"misaligned F32 after U8", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}`, append([]byte{200}, floats(1.5, -2)...)...), map[string][]float32{"a": {200}, "b": {1.5, -2}}},
	{"scalar", raw(one(`"dtype":"F32","shape":[],"data_offsets":[0,4]`), floats(-7)...), map[string][]float32{"w": {-7}}},
	{"shape with 0", raw(one(`"dtype":"F32","shape":[2,0,3],"data_offsets":[0,0]`)), map[string][]float32{"w": {}}},
	{"0 before huge dimensions", raw(one(`"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]`)), map[string][]float32{"w": {}}},
	{"empty tensors between others", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},"c":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"e":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}`, 8, 9), map[string][]float32{"a": {8}, "b": {}, "c": {9}, "d": {}, "e": {}}},
	{"unknown fields", raw(one(`"x":{"a":[1,-2.5e+3,true,false,null,"s\n\u00e9"],"b":{}},"dtype":"U8","y":[],"shape":[1],"data_offsets":[0,1]`), 4), map[string][]float32{"w": {4}}},
	{"unknown field nested 100 deep", raw(one(`"x":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+`,"dtype":"U8","shape":[1],"data_offsets":[0,1]`), 4), map[string][]float32{"w": {4}}},
	{"names that are no paths", raw(`{"../../x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"/etc/passwd":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"\u0000é\ud83d\ude00":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}`, 1, 2, 3, 4), map[string][]float32{"../../x": {1}, "": {2}, "/etc/passwd": {3}, "\x00é😀": {4}}},
	{"64 dimensions", raw(one(`"dtype":"U8","shape":[1`+strings.Repeat(",1", 63)+`],"data_offsets":[0,1]`), 1), map[string][]float32{"w": {1}}},
	{"F16", raw(one(`"dtype":"F16","shape":[4],"data_offsets":[0,8]`), 0x00, 0x3c, 0x01, 0x00, 0xff, 0xfb, 0x00, 0x80), map[string][]float32{"w": {1, 0x1p-24, -65504, float32(math.Copysign(0, -1))}}},
	{"BF16", raw(one(`"dtype":"BF16","shape":[3],"data_offsets":[0,6]`), 0x80, 0x3f, 0x20, 0xc0, 0x01, 0x00), map[string][]float32{"w": {1, -2.5, math.Float32frombits(0x00010000)}}},
	{"F64", raw(one(`"dtype":"F64","shape":[3],"data_offsets":[0,24]`), f64(1.1, 1+0x1p-24, -1e300)...), map[string][]float32{"w": {1.1, 1, float32(math.Inf(-1))}}},
	{"BOOL", raw(one(`"dtype":"BOOL","shape":[3],"data_offsets":[0,3]`), 0, 1, 255), map[string][]float32{"w": {0, 1, 1}}},
	{"U8", raw(one(`"dtype":"U8","shape":[2],"data_offsets":[0,2]`), 0, 255), map[string][]float32{"w": {0, 255}}},
	{"I8", raw(one(`"dtype":"I8","shape":[2],"data_offsets":[0,2]`), 0x80, 0x7f), map[string][]float32{"w": {-128, 127}}},
	{"U16", raw(one(`"dtype":"U16","shape":[2],"data_offsets":[0,4]`), 1, 0, 0xff, 0xff), map[string][]float32{"w": {1, 65535}}},
	{"I16", raw(one(`"dtype":"I16","shape":[2],"data_offsets":[0,4]`), 0, 0x80, 0xff, 0xff), map[string][]float32{"w": {-32768, -1}}},
	{"U32", raw(one(`"dtype":"U32","shape":[2],"data_offsets":[0,8]`), 1, 0, 0, 1, 0xff, 0xff, 0xff, 0xff), map[string][]float32{"w": {1 << 24, 1 << 32}}},
	{"I32", raw(one(`"dtype":"I32","shape":[2],"data_offsets":[0,8]`), 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80), map[string][]float32{"w": {-1, -1 << 31}}},
	{"U64", raw(one(`"dtype":"U64","shape":[1],"data_offsets":[0,8]`), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), map[string][]float32{"w": {1 << 64}}},
	{"I64", raw(one(`"dtype":"I64","shape":[2],"data_offsets":[0,16]`), 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0, 0, 0, 0, 0), map[string][]float32{"w": {-2, 3}}},
	{"types without a float32 value", raw(`{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]},"b":{"dtype":"C64","shape":[1],"data_offsets":[2,10]},"c":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[10,11]},"d":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[11,14]},"e":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[14,17]}}`, zeros(17)...), map[string][]float32{"a": nil, "b": nil, "c": nil, "d": nil, "e": nil}},
}

func f64(vs ...float64) []byte {
	var b []byte
	for _, v := range vs {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) {
			for _, w := range ways {
				// At every alignment in memory.
				for shift := range 4 {
					data := append(make([]byte, shift, shift+len(c.file)), c.file...)[shift:]
					f, _, err := w.open(t, "m.safetensors", data)
					if err != nil {
						t.Fatalf("%s: %v", w.name, err)
					}
					var names []string
					for name, want := range c.want {
						names = append(names, name)
						tensor, ok := f.Lookup(name)
						if !ok {
							t.Fatalf("%s: no tensor %q", w.name, name)
						}
						got, err := tensor.Float32()
						if want == nil {
							if !errors.Is(err, ErrDType) || !strings.Contains(err.Error(), "m.safetensors") || !strings.Contains(err.Error(), tensor.DType.String()) {
								t.Errorf("%s: %s converted: %v", w.name, tensor.DType, err)
							}
							continue
						}
						if err != nil || !slices.EqualFunc(got, want, sameBits) || len(got) != tensor.Len() {
							t.Errorf("%s: %q = %v, %v; want %v", w.name, name, got, err, want)
						}
					}
					slices.Sort(names)
					if !slices.Equal(f.Names(), names) || f.Len() != len(names) {
						t.Errorf("%s: names %q, want %q", w.name, f.Names(), names)
					}
					if _, ok := f.Lookup("absent"); ok {
						t.Errorf("%s: found an absent tensor", w.name)
					}
					if err := f.Close(); err != nil {
						t.Errorf("%s: closing: %v", w.name, err)
					}
					if err := f.Close(); err != nil {
						t.Errorf("%s: closing twice: %v", w.name, err)
					}
				}
			}
		})
	}
}

func sameBits(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }

func TestMetadata(t *testing.T) {
	t.Parallel()
	f, err := Parse("m", raw(`{"__metadata__":{"format":"pt","k\u00e9y":"v \"q\" \ud83d\ude00"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Metadata(); len(got) != 2 || got["format"] != "pt" || got["kéy"] != `v "q" 😀` {
		t.Errorf("got %q", got)
	}
}

// An aligned F32 tensor is not copied, whichever way the file came.
func TestZeroCopy(t *testing.T) {
	if !littleEndian {
		t.Skip("the zero-copy path is for little-endian machines")
	}
	tensor, err := Of("w", []int{3}, []float32{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, []Tensor{tensor}, nil); err != nil {
		t.Fatal(err)
	}
	for _, w := range ways {
		f, _, err := w.open(t, "m", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		x, _ := f.Lookup("w")
		got, err := x.Float32()
		if err != nil {
			t.Fatal(err)
		}
		if unsafe.Pointer(&got[0]) != unsafe.Pointer(&x.Bytes()[0]) {
			t.Errorf("%s: copied", w.name)
		}
		if allocs := testing.AllocsPerRun(10, func() {
			if x, ok := f.Lookup("w"); ok {
				_, _ = x.Float32()
			}
		}); allocs != 0 {
			t.Errorf("%s: %v allocations", w.name, allocs)
		}
		f.Close()
	}
}

func TestCopyFloat32(t *testing.T) {
	t.Parallel()
	for _, dtype := range []DType{F32, F16, BF16, F64, I8, U16, I64, U64, F8E4M3} {
		const n = 100
		data := make([]byte, n*dtype.Bits()/8)
		for i := range data {
			data[i] = byte(i*37) & 0x3f
		}
		tensor, err := New("w", dtype, []int{10, 10}, data)
		if err != nil {
			t.Fatal(err)
		}
		all, err := tensor.Float32()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range [][2]int{{0, 100}, {0, 0}, {100, 100}, {7, 93}, {50, 51}} {
			got := make([]float32, r[1]-r[0])
			if err := tensor.CopyFloat32(got, r[0]); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, all[r[0]:r[1]], sameBits) {
				t.Errorf("%s %v: %v, want %v", dtype, r, got, all[r[0]:r[1]])
			}
		}
		for _, r := range [][2]int{{1, 101}, {-1, 3}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: range %v did not panic", dtype, r)
					}
				}()
				_ = tensor.CopyFloat32(make([]float32, r[1]-r[0]), r[0])
			}()
		}
	}
	c, err := New("w", C64, []int{1}, zeros(8))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CopyFloat32(make([]float32, 1), 0); !errors.Is(err, ErrDType) {
		t.Errorf("C64: %v", err)
	}
}

func TestFloat64AndInt64(t *testing.T) {
	t.Parallel()
	of := func(tensor Tensor, err error) Tensor {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return tensor
	}
	for _, c := range []struct {
		tensor Tensor
		floats []float64
		ints   []int64
	}{
		{of(Of("w", []int{2}, []float64{1.1, -1e300})), []float64{1.1, -1e300}, nil},
		{of(Of("w", []int{2}, []float32{0.5, -2})), []float64{0.5, -2}, nil},
		{of(OfFloat16("w", []int{2}, []float32{0.5, -65504})), []float64{0.5, -65504}, nil},
		{of(OfBFloat16("w", []int{1}, []float32{-2.5})), []float64{-2.5}, nil},
		{of(Of("w", []int{2}, []int64{1<<53 - 1, math.MinInt64})), []float64{1<<53 - 1, math.MinInt64}, []int64{1<<53 - 1, math.MinInt64}},
		{of(Of("w", []int{1}, []uint64{1 << 62})), []float64{1 << 62}, []int64{1 << 62}},
		{of(Of("w", []int{2}, []int32{math.MaxInt32, math.MinInt32})), []float64{math.MaxInt32, math.MinInt32}, []int64{math.MaxInt32, math.MinInt32}},
		{of(Of("w", []int{1}, []uint32{math.MaxUint32})), []float64{math.MaxUint32}, []int64{math.MaxUint32}},
		{of(Of("w", []int{1}, []int16{-5})), []float64{-5}, []int64{-5}},
		{of(Of("w", []int{1}, []uint16{65535})), []float64{65535}, []int64{65535}},
		{of(Of("w", []int{1}, []int8{-5})), []float64{-5}, []int64{-5}},
		{of(Of("w", []int{1}, []uint8{250})), []float64{250}, []int64{250}},
		{of(New("w", Bool, []int{2}, []byte{0, 2})), []float64{0, 1}, []int64{0, 1}},
	} {
		got, err := c.tensor.Float64()
		if err != nil || !slices.Equal(got, c.floats) {
			t.Errorf("%s as float64: %v, %v", c.tensor.DType, got, err)
		}
		ints, err := c.tensor.Int64()
		if c.ints == nil {
			if !errors.Is(err, ErrDType) {
				t.Errorf("%s as int64: %v, %v", c.tensor.DType, ints, err)
			}
		} else if err != nil || !slices.Equal(ints, c.ints) {
			t.Errorf("%s as int64: %v, %v", c.tensor.DType, ints, err)
		}
	}
	big := of(Of("w", []int{1}, []uint64{1 << 63}))
	if got, err := big.Float64(); err != nil || got[0] != 1<<63 {
		t.Errorf("2^63 as float64: %v, %v", got, err)
	}
	if _, err := big.Int64(); !errors.Is(err, ErrDType) || !strings.Contains(err.Error(), "9223372036854775808") {
		t.Errorf("2^63 as int64: %v", err)
	}
	if _, err := of(New("w", C64, []int{1}, zeros(8))).Float64(); !errors.Is(err, ErrDType) || !strings.Contains(err.Error(), "float64") {
		t.Errorf("C64 as float64: %v", err)
	}
}

func TestCheckShape(t *testing.T) {
	t.Parallel()
	tensor, err := Of("encoder.weight", []int{2, 3}, make([]float32, 6))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]int{{2, 3}, {-1, 3}, {-1, -1}} {
		if err := tensor.CheckShape(want...); err != nil {
			t.Errorf("%v: %v", want, err)
		}
	}
	for _, want := range [][]int{{3, 2}, {2}, {2, 3, 1}, {}, {-1, 2}} {
		if err := tensor.CheckShape(want...); !errors.Is(err, ErrShape) {
			t.Errorf("%v: %v", want, err)
		}
	}
	want := `(new tensor): tensor "encoder.weight": bad shape: got [2 3], want [3 2]`
	if got := tensor.CheckShape(3, 2); got.Error() != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every checkpoint of the shared material loads, is finite, and the parts that
// have a float64 or int64 form have it.
func TestSharedFiles(t *testing.T) {
	t.Parallel()
	var paths []string
	for _, dir := range []string{"models", "golden"} {
		root := testdir.Shared(t, dir)
		if err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
			if strings.HasSuffix(path, ".safetensors") {
				paths = append(paths, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if len(paths) < 20 {
		t.Fatalf("only %d files", len(paths))
	}
	for _, path := range paths {
		f, err := Open(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if f.Len() == 0 {
			t.Errorf("%s: no tensors", path)
		}
		for _, name := range f.Names() {
			tensor, _ := f.Lookup(name)
			if err := tensor.CheckFinite(); err != nil {
				t.Error(err)
			}
			if v, err := tensor.Float32(); err != nil || len(v) != tensor.Len() {
				t.Errorf("%s: %d values, %v", name, len(v), err)
			}
			if tensor.DType == F64 {
				if v, err := tensor.Float64(); err != nil || len(v) != tensor.Len() {
					t.Errorf("%s: %d values, %v", name, len(v), err)
				}
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A file that is shorter than its Stat says, as one that is being replaced.
func TestShortRead(t *testing.T) {
	t.Parallel()
	whole := raw(one(`"dtype":"U8","shape":[1000],"data_offsets":[0,1000]`), zeros(1000)...)
	for _, n := range []int{0, 3, 8, 40, 600, len(whole) - 1} {
		_, err := read("m", bytes.NewReader(whole[:n]), int64(len(whole)))
		if err == nil || !strings.Contains(err.Error(), "m: ") {
			t.Errorf("%d bytes: %v", n, err)
		}
		if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrHeader) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := read("m", bytes.NewReader(whole), int64(len(whole))); err != nil {
		t.Error(err)
	}
	if _, err := OpenFS(fstest.MapFS{}, "m"); err == nil {
		t.Error("an absent file opened")
	}
}
