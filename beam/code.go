package beam

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"math"
	"reflect"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// Most elements are large: a group of texts or users each. They are encoded by
// package gob, with their vectors after that as they are in memory, since gob
// would take longer for these than KMeans does.

func init() {
	sdk.RegisterCoder(reflect.TypeFor[Shard](), encodeShard, decodeShard)
	sdk.RegisterCoder(reflect.TypeFor[Texts](), encodeTexts, decodeTexts)
	sdk.RegisterCoder(reflect.TypeFor[Batch](), encodeBatch, decodeBatch)
	sdk.RegisterCoder(reflect.TypeFor[Block](), encodeBlock, decodeBlock)
	sdk.RegisterCoder(reflect.TypeFor[Centers](), encodeCenters, decodeCenters)
	sdk.RegisterCoder(reflect.TypeFor[Placed](), encodePlaced, decodePlaced)
	sdk.RegisterCoder(reflect.TypeFor[Scores](), encodeScores, decodeScores)
	sdk.RegisterCoder(reflect.TypeFor[Count](), encodeCount, decodeCount)
	sdk.RegisterCoder(reflect.TypeFor[part](), encodePart, decodePart)
	sdk.RegisterCoder(reflect.TypeFor[candidates](), encodeCandidates, decodeCandidates)
	sdk.RegisterCoder(reflect.TypeFor[drawn](), encodeDrawn, decodeDrawn)
}

func encodeShard(v Shard) ([]byte, error)           { return encode(&v, nil) }
func encodeTexts(v Texts) ([]byte, error)           { return encode(&v, nil) }
func encodeCenters(v Centers) ([]byte, error)       { return encode(&v, nil) }
func encodePlaced(v Placed) ([]byte, error)         { return encode(&v, nil) }
func encodeScores(v Scores) ([]byte, error)         { return encode(&v, nil) }
func encodeCandidates(v candidates) ([]byte, error) { return encode(&v, nil) }

func decodeShard(b []byte) (v Shard, err error)           { _, err = decode(b, &v); return }
func decodeTexts(b []byte) (v Texts, err error)           { _, err = decode(b, &v); return }
func decodeCenters(b []byte) (v Centers, err error)       { _, err = decode(b, &v); return }
func decodePlaced(b []byte) (v Placed, err error)         { _, err = decode(b, &v); return }
func decodeScores(b []byte) (v Scores, err error)         { _, err = decode(b, &v); return }
func decodeCandidates(b []byte) (v candidates, err error) { _, err = decode(b, &v); return }

func encodeBatch(v Batch) ([]byte, error) {
	x := v.Vectors
	v.Vectors = nil
	return encode(&v, x)
}

func decodeBatch(b []byte) (v Batch, err error) {
	v.Vectors, err = decode(b, &v)
	return
}

func encodeBlock(v Block) ([]byte, error) {
	x := v.Vectors
	v.Vectors = nil
	return encode(&v, x)
}

func decodeBlock(b []byte) (v Block, err error) {
	v.Vectors, err = decode(b, &v)
	return
}

func encodeDrawn(v drawn) ([]byte, error) {
	x := v.Vectors
	v.Vectors = nil
	return encode(&v, x)
}

func decodeDrawn(b []byte) (v drawn, err error) {
	v.Vectors, err = decode(b, &v)
	return
}

// encode returns the length of v's encoding, that encoding, and x.
func encode(v any, x []float32) ([]byte, error) {
	var buf bytes.Buffer
	buf.Write(make([]byte, 8))
	if err := gob.NewEncoder(&buf).Encode(v); err != nil {
		return nil, err
	}
	b := buf.Bytes()
	binary.LittleEndian.PutUint64(b, uint64(len(b)-8))
	for _, f := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b, nil
}

// decode reads the output of encode.
func decode(b []byte, v any) ([]float32, error) {
	if len(b) < 8 {
		return nil, fmt.Errorf("cohort/beam: an element of %d bytes", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if b = b[8:]; n > uint64(len(b)) || (uint64(len(b))-n)%4 != 0 {
		return nil, fmt.Errorf("cohort/beam: an element that is cut off: %d of %d bytes", len(b), n)
	}
	if err := gob.NewDecoder(bytes.NewReader(b[:n])).Decode(v); err != nil {
		return nil, fmt.Errorf("cohort/beam: decoding %T: %w", v, err)
	}
	b = b[n:]
	if len(b) == 0 {
		return nil, nil
	}
	x := make([]float32, len(b)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return x, nil
}
