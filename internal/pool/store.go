package pool

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"os"
)

// Store keeps the texts' vectors between the two readings, in order: the first
// ones in memory, those above the limit in a temporary file.
type Store struct {
	dim   int
	most  int // maximum number of rows in memory
	n     int // number of rows
	mem   [][]float32
	file  *os.File
	w     *bufio.Writer
	bytes []byte // one row, little-endian [4*dim]
}

// chunkRows is the number of rows in one piece of memory.
const chunkRows = 1024

func newStore(dim int, memory int64) *Store {
	most := memory / int64(4*max(dim, 1))
	return &Store{dim: dim, most: int(min(most, math.MaxInt32))}
}

// add appends a copy of v [dim].
func (s *Store) add(v []float32) error {
	if s.n < s.most {
		if s.n%chunkRows == 0 {
			s.mem = append(s.mem, make([]float32, 0, s.dim*min(chunkRows, s.most-s.n)))
		}
		last := len(s.mem) - 1
		s.mem[last] = append(s.mem[last], v...)
		s.n++
		return nil
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "cohort-vectors-*")
		if err != nil {
			return err
		}
		s.file, s.w, s.bytes = f, bufio.NewWriterSize(f, 1<<20), make([]byte, 4*s.dim)
	}
	for i, x := range v {
		binary.LittleEndian.PutUint32(s.bytes[4*i:], math.Float32bits(x))
	}
	s.n++
	_, err := s.w.Write(s.bytes)
	return err
}

// Reader returns a function that copies the next row into dst [dim], and
// io.EOF after the last.
func (s *Store) Reader() (func(dst []float32) error, error) {
	var rd *bufio.Reader
	if s.file != nil {
		if err := s.w.Flush(); err != nil {
			return nil, err
		}
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		rd = bufio.NewReaderSize(s.file, 1<<20)
	}
	i := 0
	return func(dst []float32) error {
		if i >= s.n {
			return io.EOF
		}
		if i < s.most {
			copy(dst, s.mem[i/chunkRows][i%chunkRows*s.dim:][:s.dim])
			i++
			return nil
		}
		if _, err := io.ReadFull(rd, s.bytes); err != nil {
			return err
		}
		for j := range dst {
			dst[j] = math.Float32frombits(binary.LittleEndian.Uint32(s.bytes[4*j:]))
		}
		i++
		return nil
	}, nil
}

// Close removes the temporary file.
func (s *Store) Close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
		s.file = nil
	}
}
