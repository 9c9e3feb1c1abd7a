package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// raw builds a file from a header and data, without any care for rightness.
func raw(header string, data ...byte) []byte {
	return rawLength(uint64(len(header)), header, data...)
}

func rawLength(n uint64, header string, data ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, n)
	return append(append(b, header...), data...)
}

func zeros(n int) []byte { return make([]byte, n) }

// one is a header with the tensor "w" of the given fields.
func one(fields string) string { return `{"w":{` + fields + `}}` }

// refusals is every kind of file that must not load: what it is, its bytes, the
// sentinel and what the message must say.
var refusals = []struct {
	name string
	file []byte
	kind error
	says string
}{
	// Other things under the file's name.
	{"empty file", nil, ErrEmpty, "the file is empty"},
	{"html", []byte("<!DOCTYPE html>\n<html><body>Sign in</body></html>"), ErrHTML, "a web page"},
	{"html, lower case after space", []byte("\n  <html lang=en>"), ErrHTML, "a web page"},
	{"html after a byte-order mark", []byte("\ufeff<!doctype HTML>"), ErrHTML, "a web page"},
	{"git lfs pointer", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db\nsize 90868376\n"), ErrLFSPointer, "git lfs pull"},
	{"zip (torch.save)", []byte("PK\x03\x04\x00\x00\x08\x08\x00\x00archive/data.pkl"), ErrZip, "can run code"},
	{"empty zip", []byte("PK\x05\x06" + string(zeros(18))), ErrZip, "can run code"},
	{"pickle, protocol 2", []byte("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."), ErrPickle, "can run code"},
	{"pickle, protocol 4", []byte("\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x01."), ErrPickle, "can run code"},
	{"pickle whose bytes look like a small length", []byte("\x80\x02}\x00\x00\x00\x00\x00.......\x00"), ErrPickle, "can run code"},
	{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), ErrNotSafetensors, "gzip"},
	{"gguf", []byte("GGUF\x03\x00\x00\x00\x00\x00\x00\x00"), ErrNotSafetensors, "GGUF"},
	{"hdf5", []byte("\x89HDF\r\n\x1a\n\x00\x00\x00\x00"), ErrNotSafetensors, "HDF5"},
	{"numpy", []byte("\x93NUMPY\x01\x00v\x00{'descr'"), ErrNotSafetensors, "NumPy"},
	{"a JSON file", []byte(`{"weight_map": {}}`), ErrNotSafetensors, "JSON"},

	// The header's length.
	{"1 byte", []byte{2}, ErrHeaderSize, "has 1 bytes"},
	{"7 bytes", zeros(7), ErrHeaderSize, "has 7 bytes"},
	{"length 0", rawLength(0, ""), ErrHeaderSize, "it is 0"},
	{"length 0 with data", rawLength(0, "{}"), ErrHeaderSize, "it is 0"},
	{"length over the file by one", rawLength(3, "{}"), ErrHeaderSize, "it is 3 but only 2 bytes follow"},
	{"length far over the file", rawLength(99_999_999, "{}"), ErrHeaderSize, "only 2 bytes follow"},
	{"length over 100,000,000", rawLength(100_000_001, "{}"), ErrHeaderSize, "at most 100000000"},
	{"length 2^63", rawLength(1<<63, "{}"), ErrHeaderSize, "9223372036854775808"},
	{"length 2^64-1", rawLength(math.MaxUint64, "{}"), ErrHeaderSize, "18446744073709551615"},

	// The header's text.
	{"not JSON", raw("hello wo"), ErrHeader, "found 'h', want '{'"},
	{"array", raw("[]      "), ErrHeader, "found '[', want '{'"},
	{"string", raw(`"abcdef"`), ErrHeader, "want '{'"},
	{"null", raw("null    "), ErrHeader, "want '{'"},
	{"number", raw("12345678"), ErrHeader, "want '{'"},
	{"space before", raw(" {}     "), ErrHeader, "found ' ', want '{'"},
	{"byte-order mark", raw("\ufeff{}   "), ErrHeader, "byte-order mark"},
	{"NUL after", raw("{}\x00"), ErrHeader, "found byte 0x00 after the end"},
	{"junk after", raw("{}x"), ErrHeader, "found 'x' after the end"},
	{"second object after", raw("{}{}"), ErrHeader, "after the end"},
	{"only a brace", raw("{"), ErrHeader, "unexpected end"},
	{"unclosed", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1]`)[:20], 0), ErrHeader, "unexpected end"},
	{"trailing comma", raw(`{"__metadata__":{},}`), ErrHeader, "want a string as key"},
	{"missing comma", raw(`{"__metadata__":{} "w":1}`), ErrHeader, "want ','"},
	{"missing colon", raw(`{"__metadata__" {}}`), ErrHeader, "want ':'"},
	{"unquoted key", raw(`{w:1}`), ErrHeader, "want a string as key"},
	{"single quotes", raw(`{'w':1}`), ErrHeader, "want a string as key"},
	{"comment", raw(`{/**/}`), ErrHeader, "want a string as key"},
	{"not UTF-8 in a name", raw("{\"w\xff\":{}}"), ErrHeader, "not UTF-8"},
	{"overlong UTF-8", raw("{\"w\xc0\xaf\":{}}"), ErrHeader, "not UTF-8"},
	{"UTF-8 surrogate", raw("{\"w\xed\xa0\x80\":{}}"), ErrHeader, "not UTF-8"},
	{"UTF-8 cut by a quote", raw("{\"w\xe2\x82\":{}}"), ErrHeader, "not UTF-8"},
	{"not UTF-8 in an ignored value", raw(one("\"x\":\"\xff\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]")), ErrHeader, "not UTF-8"},
	{"not UTF-8 outside strings", raw("{\xff}"), ErrHeader, "want a string as key"},
	{"lone high surrogate", raw(`{"\ud800":{}}`), ErrHeader, "lone surrogate"},
	{"lone low surrogate", raw(`{"\udc00":{}}`), ErrHeader, "lone surrogate"},
	{"high surrogate and a letter", raw(`{"\ud800\u0041":{}}`), ErrHeader, "lone surrogate"},
	{"two high surrogates", raw(`{"\ud800\ud800":{}}`), ErrHeader, "lone surrogate"},
	{"unknown escape", raw(`{"\x41":{}}`), ErrHeader, "unknown escape"},
	{"short \\u", raw(`{"\u41":{}}`), ErrHeader, "four hexadecimal digits"},
	{"control character in a name", raw("{\"a\nb\":{}}"), ErrHeader, "control character 0x0a"},
	{"2000-deep arrays", raw(one(`"x":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "nested deeper than 128"},
	{"2000-deep objects", raw(one(`"x":` + strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000) + `,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "nested deeper than 128"},
	{"a million opening brackets", raw(one(`"x":` + strings.Repeat("[", 1_000_000))), ErrHeader, "nested deeper than 128"},
	{"2000-deep at the top", raw(strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)), ErrHeader, "nested deeper than 128"},
	{"bad literal in an ignored value", raw(one(`"x":nul,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "bare word"},
	{"NaN in an ignored value", raw(one(`"x":NaN,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "want a value"},
	{"bad number in an ignored value", raw(one(`"x":1.,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "malformed number"},
	{"bad exponent in an ignored value", raw(one(`"x":1e+,"dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrHeader, "malformed number"},

	// Duplicates.
	{"tensor name twice", raw(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"v":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"w":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 1, 2, 3), ErrDuplicate, `tensor "w"`},
	{"tensor name twice, once escaped", raw(`{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0077":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`), ErrDuplicate, `tensor "w"`},
	{"dtype twice", raw(one(`"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]`)), ErrDuplicate, `field "dtype"`},
	{"dtype twice, once escaped", raw(one(`"dtype":"U8","\u0064type":"U8","shape":[0],"data_offsets":[0,0]`)), ErrDuplicate, `field "dtype"`},
	{"shape twice", raw(one(`"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]`)), ErrDuplicate, `field "shape"`},
	{"offsets twice", raw(one(`"dtype":"U8","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]`)), ErrDuplicate, `field "data_offsets"`},
	{"metadata key twice", raw(`{"__metadata__":{"a":"1","a":"2"}}`), ErrDuplicate, `metadata key "a"`},
	{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`), ErrDuplicate, "__metadata__ twice"},

	// Byte ranges.
	{"same range twice", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, 2), ErrOffsets, "inside another tensor"},
	{"overlapping", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 1, 2, 3), ErrOffsets, "inside another tensor"},
	{"hole between", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 1, 2, 3), ErrOffsets, "a hole"},
	{"hole before the first", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[1,2]`), 1, 2), ErrOffsets, "a hole"},
	{"empty tensor beyond the end", raw(one(`"dtype":"U8","shape":[0],"data_offsets":[5,5]`)), ErrOffsets, "a hole"},
	{"reversed", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[1,0]`), 1), ErrOffsets, "reversed"},
	{"negative offset", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[-1,0]`), 1), ErrOffsets, "negative"},
	{"past the end", raw(one(`"dtype":"U8","shape":[4],"data_offsets":[0,4]`), 1, 2, 3), ErrTruncated, "ends at 4, but the file has 3"},
	{"far past the end", raw(one(`"dtype":"U8","shape":[1125899906842624],"data_offsets":[0,1125899906842624]`), 1), ErrTruncated, "the file has 1 bytes"},
	{"offset beyond 2^63", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551615]`), 1), ErrOffsets, "beyond 2^63-1"},
	{"offset beyond 2^64", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[18446744073709551616,18446744073709551617]`), 1), ErrOffsets, "beyond 2^63-1"},
	{"three offsets", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1,1]`), 1), ErrOffsets, "more than two"},
	{"one offset", raw(one(`"dtype":"U8","shape":[0],"data_offsets":[0]`)), ErrOffsets, "1 numbers"},
	{"no offset", raw(one(`"dtype":"U8","shape":[0],"data_offsets":[]`)), ErrOffsets, "0 numbers"},
	{"offsets as object", raw(one(`"dtype":"U8","shape":[0],"data_offsets":{}`)), ErrOffsets, "want [begin, end]"},
	{"float offset", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0.0,1]`), 1), ErrOffsets, "want an integer"},
	{"string offset", raw(one(`"dtype":"U8","shape":[1],"data_offsets":["0",1]`), 1), ErrOffsets, "want an integer"},
	{"leading zero", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0,01]`), 1), ErrOffsets, "leading zero"},
	{"range smaller than the shape", raw(one(`"dtype":"F32","shape":[2],"data_offsets":[0,4]`), zeros(4)...), ErrOffsets, "F32 of shape [2] takes 8"},
	{"range larger than the shape", raw(one(`"dtype":"F32","shape":[2],"data_offsets":[0,12]`), zeros(12)...), ErrOffsets, "takes 8"},
	{"scalar with two elements", raw(one(`"dtype":"F32","shape":[],"data_offsets":[0,8]`), zeros(8)...), ErrOffsets, "takes 4"},
	{"bytes left over", raw(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1]`), 1, 2), ErrTrailing, "1 bytes follow"},
	{"bytes without a tensor", raw(`{}`, 1, 2, 3), ErrTrailing, "3 bytes follow"},

	// Shapes and types.
	{"product overflow 2^32*2^32*4", raw(one(`"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]`)), ErrShape, "overflows"},
	{"dimension 2^64-1", raw(one(`"dtype":"F32","shape":[18446744073709551615,2,0],"data_offsets":[0,0]`)), ErrShape, "beyond 2^63-1"},
	{"product overflow before a 0", raw(one(`"dtype":"F32","shape":[9223372036854775807,2,0],"data_offsets":[0,0]`)), ErrShape, "overflows"},
	{"bytes overflow", raw(one(`"dtype":"F64","shape":[4611686018427387903],"data_offsets":[0,0]`)), ErrShape, "overflows"},
	{"negative dimension", raw(one(`"dtype":"U8","shape":[-1],"data_offsets":[0,1]`), 1), ErrShape, "negative"},
	{"two negative dimensions", raw(one(`"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]`), 1), ErrShape, "negative"},
	{"float dimension", raw(one(`"dtype":"U8","shape":[1.0],"data_offsets":[0,1]`), 1), ErrShape, "want an integer"},
	{"exponent dimension", raw(one(`"dtype":"U8","shape":[1e0],"data_offsets":[0,1]`), 1), ErrShape, "want an integer"},
	{"string dimension", raw(one(`"dtype":"U8","shape":["1"],"data_offsets":[0,1]`), 1), ErrShape, "want an integer"},
	{"null dimension", raw(one(`"dtype":"U8","shape":[null],"data_offsets":[0,1]`), 1), ErrShape, "want an integer"},
	{"shape a number", raw(one(`"dtype":"U8","shape":1,"data_offsets":[0,1]`), 1), ErrShape, "want a list"},
	{"shape null", raw(one(`"dtype":"U8","shape":null,"data_offsets":[0,1]`), 1), ErrShape, "want a list"},
	{"65 dimensions", raw(one(`"dtype":"U8","shape":[1`+strings.Repeat(",1", 64)+`],"data_offsets":[0,1]`), 1), ErrLimit, "more than 64 dimensions"},
	{"F4 that ends inside a byte", raw(one(`"dtype":"F4","shape":[3],"data_offsets":[0,1]`), 1), ErrShape, "whole bytes"},
	{"unknown dtype", raw(one(`"dtype":"F33","shape":[1],"data_offsets":[0,4]`), zeros(4)...), ErrDType, `unknown type "F33"`},
	{"lower-case dtype", raw(one(`"dtype":"f32","shape":[1],"data_offsets":[0,4]`), zeros(4)...), ErrDType, `unknown type "f32"`},
	{"dtype a number", raw(one(`"dtype":32,"shape":[1],"data_offsets":[0,4]`), zeros(4)...), ErrDType, "want a string"},
	{"dtype missing", raw(one(`"shape":[1],"data_offsets":[0,4]`), zeros(4)...), ErrHeader, `field "dtype" is missing`},
	{"shape missing", raw(one(`"dtype":"F32","data_offsets":[0,4]`), zeros(4)...), ErrHeader, `field "shape" is missing`},
	{"offsets missing", raw(one(`"dtype":"F32","shape":[1]`), zeros(4)...), ErrHeader, `field "data_offsets" is missing`},
	{"tensor a number", raw(`{"w":1}`), ErrHeader, "want an object with dtype"},
	{"tensor null", raw(`{"w":null}`), ErrHeader, "want an object with dtype"},
	{"tensor a list", raw(`{"w":[]}`), ErrHeader, "want an object with dtype"},

	// Metadata.
	{"metadata a number", raw(`{"__metadata__":1}`), ErrHeader, "want '{'"},
	{"metadata half null", raw(`{"__metadata__":nul}`), ErrHeader, "bare word"},
	{"number in metadata", raw(`{"__metadata__":{"a":1}}`), ErrHeader, "metadata holds strings only"},
	{"null in metadata", raw(`{"__metadata__":{"a":null}}`), ErrHeader, "metadata holds strings only"},
	{"object in metadata", raw(`{"__metadata__":{"a":{}}}`), ErrHeader, "metadata holds strings only"},
	{"metadata a list", raw(`{"__metadata__":[]}`), ErrHeader, "want '{'"},
	{"metadata a string", raw(`{"__metadata__":"x"}`), ErrHeader, "want '{'"},
}

// ways are all the ways that a file's bytes can reach the reader.
var ways = []struct {
	name string
	open func(t testing.TB, name string, data []byte) (*File, string, error)
}{
	{"Parse", func(t testing.TB, name string, data []byte) (*File, string, error) {
		f, err := Parse(name, data)
		return f, name, err
	}},
	{"Open", func(t testing.TB, name string, data []byte) (*File, string, error) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		return f, path, err
	}},
	{"OpenFS of a directory", func(t testing.TB, name string, data []byte) (*File, string, error) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := OpenFS(os.DirFS(dir), name)
		return f, name, err
	}},
	{"OpenFS read in pieces", func(t testing.TB, name string, data []byte) (*File, string, error) {
		f, err := OpenFS(fstest.MapFS{name: {Data: data}}, name)
		return f, name, err
	}},
	{"OpenFS in memory", func(t testing.TB, name string, data []byte) (*File, string, error) {
		f, err := OpenFS(memFS{name: data}, name)
		return f, name, err
	}},
}

// memFS lends its contents.
type memFS map[string][]byte

func (m memFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission} // must be lent instead
}

func (m memFS) FileBytes(name string) ([]byte, bool) {
	data, ok := m[name]
	return data, ok
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			for _, w := range ways {
				f, name, err := w.open(t, "model.safetensors", c.file)
				var e *Error
				switch {
				case err == nil:
					f.Close()
					t.Errorf("%s: it loaded", w.name)
				case !errors.Is(err, c.kind) || !errors.As(err, &e):
					t.Errorf("%s: got %v, want an *Error of %v", w.name, err, c.kind)
				case e.File != name || !strings.HasPrefix(err.Error(), name+": "):
					t.Errorf("%s: %q does not name the file", w.name, err)
				case !strings.Contains(err.Error(), c.says):
					t.Errorf("%s: %q does not say %q", w.name, err, c.says)
				case len(err.Error()) > 500:
					t.Errorf("%s: a message of %d bytes", w.name, len(err.Error()))
				}
			}
		})
	}
}

// Refusing a small file takes little memory, whatever it claims.
func TestRefusedBeforeAllocation(t *testing.T) {
	for _, c := range refusals {
		if len(c.file) > 1<<16 {
			continue
		}
		for _, w := range ways[:1] {
			if got := testdir.Allocated(func() {
				if _, _, err := w.open(t, "m", c.file); err == nil {
					t.Errorf("%s: it loaded", c.name)
				}
			}); got > 64<<10 {
				t.Errorf("%s, %s: %d bytes allocated for a file of %d", c.name, w.name, got, len(c.file))
			}
		}
	}
}

// hugeHeader returns a header of nearly size bytes made by repeating a part; %d
// in it counts up.
func hugeHeader(size int, before, part, after string) []byte {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	b.WriteString(before)
	counted := strings.Contains(part, "%d")
	for i := 0; b.Len() < size-len(after)-200; i++ {
		if i > 0 && counted && part[0] != ',' {
			b.WriteByte(',')
		}
		if counted {
			fmt.Fprintf(&b, part, i)
		} else {
			b.WriteString(part)
		}
	}
	b.WriteString(after)
	data := b.Bytes()
	binary.LittleEndian.PutUint64(data, uint64(len(data)-8))
	return data
}

// Even a file that really has the largest header allowed, made to cost as much
// as possible, is read within 64 MB besides the file itself. All allocations
// count, freed or not, so the peak is lower still.
func TestHostileMemory(t *testing.T) {
	if testing.Short() || raceEnabled { // one goroutine and much slower there
		t.Skip("builds 100 MB headers")
	}
	const limit = 64 << 20
	entry := `"dtype":"U8","shape":[0],"data_offsets":[0,0]`
	for _, c := range []struct {
		name                string
		before, part, after string
	}{
		{"much of everything", `{"__metadata__":{"k":"` + strings.Repeat("v", 7<<20) + `"}`, `,"%d":{"dtype":"U8","shape":[0` + strings.Repeat(",1", 15) + `],"data_offsets":[0,0]}`, `}`},
		{"many tensors", `{`, `"%d":{` + entry + `}`, `}`},
		{"many tensors of many dimensions", `{`, `"%d":{"dtype":"U8","shape":[0` + strings.Repeat(",1", 63) + `],"data_offsets":[0,0]}`, `}`},
		{"many metadata keys", `{"__metadata__":{`, `"%d":""`, `}}`},
		{"one long name", `{"`, `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn`, `":{` + entry + `}}`},
		{"one long escaped name", `{"`, `\ud83d\ude00`, `":{` + entry + `}}`},
		{"one long metadata value", `{"__metadata__":{"k":"`, `vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv`, `"}}`},
		{"one long dtype", `{"w":{"dtype":"`, `FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF`, `"}}`},
		{"one long shape", `{"w":{"dtype":"U8","shape":[0`, `,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1`, `]}}`},
		{"many ignored fields", `{"w":{`, `"x%d":[{"a":1e5}]`, `}}`},
		{"one long ignored string", `{"w":{"x":"`, `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `"}}`},
		{"spaces", `{`, `                                           `, `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := 32 << 20 // well beyond every limit but that of the header itself
			if c.name == "one long name" || c.name == "spaces" {
				size = maxHeader
			}
			data := hugeHeader(size, c.before, c.part, c.after)
			path := filepath.Join(t.TempDir(), "m.safetensors")
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			for name, open := range map[string]func() (*File, error){
				"mapped": func() (*File, error) { return Open(path) },
				"read":   func() (*File, error) { return OpenFS(hideOS{os.DirFS(filepath.Dir(path))}, "m.safetensors") },
			} {
				var err error
				got := testdir.Allocated(func() {
					var f *File
					if f, err = open(); err == nil {
						f.Close()
					}
				})
				if got > limit {
					t.Errorf("%s: %d MB allocated", name, got>>20)
				}
				if c.name == "spaces" {
					if err != nil {
						t.Errorf("%s: padding is allowed: %v", name, err)
					}
				} else if !errors.Is(err, ErrLimit) && !errors.Is(err, ErrHeader) {
					t.Errorf("%s: got %v", name, err)
				}
				t.Logf("%s: %.1f MB allocated; %v", name, float64(got)/(1<<20), err)
			}
		})
	}
}

// hideOS wraps files so that they are read, not mapped.
type hideOS struct{ fs.FS }

func (h hideOS) Open(name string) (fs.File, error) {
	f, err := h.FS.Open(name)
	return struct{ fs.File }{f}, err
}

// A header that fits claims tensors that the file does not have: nothing is
// allocated for them.
func TestClaimedDataIsNotAllocated(t *testing.T) {
	data := raw(one(`"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]`), zeros(100)...)
	for _, w := range ways[1:] {
		got := testdir.Allocated(func() {
			if _, _, err := w.open(t, "m", data); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s: got %v", w.name, err)
			}
		})
		if got > 256<<10 {
			t.Errorf("%s: %d bytes allocated", w.name, got)
		}
	}
}

func TestOpenNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "absent") {
		t.Errorf("absent: %v", err)
	}
	if _, err := OpenFS(os.DirFS(dir), "absent"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent in FS: %v", err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrNotSafetensors) || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("directory: %v", err)
	}
	if _, err := OpenFS(os.DirFS(dir), "."); !errors.Is(err, ErrNotSafetensors) {
		t.Errorf("directory in FS: %v", err)
	}
}

// Text from a hostile file is shortened and escaped in messages.
func TestMessageQuoting(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("é\\u001b[31m", 10_000)
	_, err := Parse("m", raw(`{"`+name+`":{"dtype":"`+strings.Repeat("X", 100_000)+`"}}`))
	if !errors.Is(err, ErrDType) {
		t.Fatal(err)
	}
	if len(err.Error()) > 500 || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("message of %d bytes: %.300q", len(err.Error()), err.Error())
	}
}
