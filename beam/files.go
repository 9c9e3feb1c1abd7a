package beam

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // files of the machine
)

func init() {
	sdk.RegisterType(reflect.TypeFor[writeBatchFn]())
	sdk.RegisterType(reflect.TypeFor[writeBlockFn]())
	sdk.RegisterType(reflect.TypeFor[writePlacedFn]())
	sdk.RegisterType(reflect.TypeFor[writeCentersFn]())
	sdk.RegisterType(reflect.TypeFor[writeScoresFn]())
	sdk.RegisterType(reflect.TypeFor[readBatchFn]())
	sdk.RegisterType(reflect.TypeFor[readBlockFn]())
	sdk.RegisterType(reflect.TypeFor[readPlacedFn]())
}

// Between pipelines, elements are files of a directory that all workers can read
// and write. Each file has one element and is written whole, under a name that
// depends on the element alone: a bundle that is run again writes the same file.

var written atomic.Int64

// write writes a file that nobody sees half-written.
func write(ctx context.Context, name string, data []byte) error {
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer fs.Close()
	if strings.Contains(name, "://") { // an object appears when it is complete
		return filesystem.Write(ctx, fs, name, data)
	}
	part := fmt.Sprintf("%s.%d-%d.part", name, os.Getpid(), written.Add(1))
	if err := filesystem.Write(ctx, fs, part, data); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return os.Rename(part, name)
}

func read(ctx context.Context, name string) ([]byte, error) {
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	b, err := filesystem.Read(ctx, fs, name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return b, nil
}

// Files returns the files of dir that the elements of a kind are in.
func Files(ctx context.Context, dir, kind string) ([]string, error) {
	fs, err := filesystem.New(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	return fs.List(ctx, join(dir, kind+"-??????.bin"))
}

func join(dir, name string) string { return strings.TrimSuffix(dir, "/") + "/" + name }

func fileOf(dir, kind string, number int) string {
	return join(dir, fmt.Sprintf("%s-%06d.bin", kind, number))
}

// The kinds of files.
const (
	BatchFile   = "texts"
	BlockFile   = "users"
	PlacedFile  = "placed"
	CentersFile = "centers"
	ScoresFile  = "scores"
)

// WriteBatches writes a PCollection<Batch> to dir.
func WriteBatches(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WriteBatches"), &writeBatchFn{Dir: dir}, c)
}

// WriteBlocks writes a PCollection<Block> to dir.
func WriteBlocks(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WriteBlocks"), &writeBlockFn{Dir: dir}, c)
}

// WritePlaced writes a PCollection<Placed> to dir.
func WritePlaced(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WritePlaced"), &writePlacedFn{Dir: dir}, c)
}

// WriteCenters writes a PCollection<Centers> of one element to dir.
func WriteCenters(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WriteCenters"), &writeCentersFn{Dir: dir}, c)
}

// WriteScores writes a PCollection<Scores> of one element to dir.
func WriteScores(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WriteScores"), &writeScoresFn{Dir: dir}, c)
}

// ReadBatches reads files of Batches, a PCollection<string>.
func ReadBatches(s sdk.Scope, files sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.ReadBatches"), &readBatchFn{}, files)
}

// ReadBlocks reads files of Blocks, a PCollection<string>.
func ReadBlocks(s sdk.Scope, files sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.ReadBlocks"), &readBlockFn{}, files)
}

// ReadPlaced reads files of Placed, a PCollection<string>.
func ReadPlaced(s sdk.Scope, files sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.ReadPlaced"), &readPlacedFn{}, files)
}

// OpenBatch reads one file of WriteBatches.
func OpenBatch(ctx context.Context, name string) (Batch, error) {
	return open(ctx, name, decodeBatch)
}

// OpenPlaced reads one file of WritePlaced.
func OpenPlaced(ctx context.Context, name string) (Placed, error) {
	return open(ctx, name, decodePlaced)
}

// OpenCenters reads the file of WriteCenters.
func OpenCenters(ctx context.Context, dir string) (Centers, error) {
	return open(ctx, fileOf(dir, CentersFile, 0), decodeCenters)
}

// OpenScores reads the file of WriteScores.
func OpenScores(ctx context.Context, dir string) (Scores, error) {
	return open(ctx, fileOf(dir, ScoresFile, 0), decodeScores)
}

func open[T any](ctx context.Context, name string, decode func([]byte) (T, error)) (v T, err error) {
	b, err := read(ctx, name)
	if err != nil {
		return v, err
	}
	if v, err = decode(b); err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return v, err
}

type (
	writeBatchFn   struct{ Dir string }
	writeBlockFn   struct{ Dir string }
	writePlacedFn  struct{ Dir string }
	writeCentersFn struct{ Dir string }
	writeScoresFn  struct{ Dir string }
	readBatchFn    struct{}
	readBlockFn    struct{}
	readPlacedFn   struct{}
)

// ProcessElement implements a DoFn.
func (f *writeBatchFn) ProcessElement(ctx context.Context, v Batch) error {
	return save(ctx, fileOf(f.Dir, BatchFile, v.Number), v, encodeBatch)
}

// ProcessElement implements a DoFn.
func (f *writeBlockFn) ProcessElement(ctx context.Context, v Block) error {
	return save(ctx, fileOf(f.Dir, BlockFile, v.Number), v, encodeBlock)
}

// ProcessElement implements a DoFn.
func (f *writePlacedFn) ProcessElement(ctx context.Context, v Placed) error {
	return save(ctx, fileOf(f.Dir, PlacedFile, v.Number), v, encodePlaced)
}

// ProcessElement implements a DoFn.
func (f *writeCentersFn) ProcessElement(ctx context.Context, v Centers) error {
	return save(ctx, fileOf(f.Dir, CentersFile, 0), v, encodeCenters)
}

// ProcessElement implements a DoFn.
func (f *writeScoresFn) ProcessElement(ctx context.Context, v Scores) error {
	return save(ctx, fileOf(f.Dir, ScoresFile, 0), v, encodeScores)
}

func save[T any](ctx context.Context, name string, v T, encode func(T) ([]byte, error)) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	return write(ctx, name, b)
}

// ProcessElement implements a DoFn.
func (f *readBatchFn) ProcessElement(ctx context.Context, name string) (Batch, error) {
	return open(ctx, name, decodeBatch)
}

// ProcessElement implements a DoFn.
func (f *readBlockFn) ProcessElement(ctx context.Context, name string) (Block, error) {
	return open(ctx, name, decodeBlock)
}

// ProcessElement implements a DoFn.
func (f *readPlacedFn) ProcessElement(ctx context.Context, name string) (Placed, error) {
	return open(ctx, name, decodePlaced)
}

// ReadFile reads a file of a file system of Beam.
func ReadFile(ctx context.Context, name string) ([]byte, error) { return read(ctx, name) }

// WriteFile writes a file of a file system of Beam, whole or not at all.
func WriteFile(ctx context.Context, name string, data []byte) error { return write(ctx, name, data) }

// Numbers returns the numbers of the elements of a kind that are in dir.
func Numbers(ctx context.Context, dir, kind string) ([]int, error) {
	files, err := Files(ctx, dir, kind)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(files))
	for i, name := range files {
		if _, err := fmt.Sscanf(name[strings.LastIndexAny(name, `/\`)+1:], kind+"-%d.bin", &out[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

// WriteSizes writes the sizes of shards, as Sizes returns them, to dir.
func WriteSizes(s sdk.Scope, dir string, c sdk.PCollection) {
	sdk.ParDo0(s.Scope("cohort.WriteSizes"), &writeSizeFn{Dir: dir}, c)
}

// OpenSize reads the size of a shard.
func OpenSize(ctx context.Context, dir string, shard int) (n int, err error) {
	b, err := read(ctx, fileOf(dir, "rows", shard))
	if err == nil {
		_, err = fmt.Sscan(string(b), &n)
	}
	return n, err
}

func init() {
	sdk.RegisterType(reflect.TypeFor[writeSizeFn]())
	sdk.RegisterType(reflect.TypeFor[writeCountsFn]())
}

type (
	writeSizeFn   struct{ Dir string }
	writeCountsFn struct{ Dir string }
)

// ProcessElement implements a DoFn.
func (f *writeSizeFn) ProcessElement(ctx context.Context, shard, rows int) error {
	return write(ctx, fileOf(f.Dir, "rows", shard), fmt.Append(nil, rows))
}

// WriteCounts writes a PCollection<Count>, as Terms returns it, to one file of
// dir.
func WriteCounts(s sdk.Scope, dir string, c sdk.PCollection) {
	s = s.Scope("cohort.WriteCounts")
	sdk.ParDo0(s, &writeCountsFn{Dir: dir}, sdk.GroupByKey(s, sdk.AddFixedKey(s, c)))
}

// ProcessElement implements a DoFn.
func (f *writeCountsFn) ProcessElement(ctx context.Context, _ int, counts func(*Count) bool) error {
	var list []Count
	var c Count
	for counts(&c) {
		list = append(list, c)
		c = Count{}
	}
	slices.SortFunc(list, func(a, b Count) int { return strings.Compare(a.Term, b.Term) })
	return save(ctx, fileOf(f.Dir, "terms", 0), list, func(l []Count) ([]byte, error) { return encode(&l, nil) })
}

// OpenCounts reads the file of WriteCounts.
func OpenCounts(ctx context.Context, dir string) ([]Count, error) {
	return open(ctx, fileOf(dir, "terms", 0), func(b []byte) (l []Count, err error) { _, err = decode(b, &l); return l, err })
}
