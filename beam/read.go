package beam

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"reflect"
	"strconv"
	"strings"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/source"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[readFn]())
	sdk.RegisterType(reflect.TypeFor[sizeFn]())
}

// Shard is a part of the input: a file or a table, which one worker reads from
// its beginning to its end.
type Shard struct {
	Number int
	// Path is a file that workers can read, or one that a file system of Beam can
	// (gs://…), or a table (postgres://…).
	Path string
	// Before is the number of rows in the shards before.
	Before int
}

// ReadOptions say how shards are read; package source documents the fields.
type ReadOptions struct {
	Format, Encoding, Delimiter, Escape string
	NoQuotes, LazyQuotes, Multiline     bool
	TextColumn, UserColumn              string
	WeightColumn, TimeColumn            string
	TimeFormats                         []string
	RatingColumn                        string
	Columns                             []string // kept as Meta
	Nulls                               []string
	Table, Query                        string
	MissingUser                         string
	Skip                                bool // leave out rows that cannot be read
}

// Source returns the options of package source.
func (o *ReadOptions) Source() (source.Options, error) {
	out := source.Options{
		Encoding: o.Encoding, Delimiter: o.Delimiter, Escape: o.Escape, NoQuotes: o.NoQuotes, LazyQuotes: o.LazyQuotes, Multiline: o.Multiline,
		TextColumn: o.TextColumn, UserColumn: o.UserColumn, WeightColumn: o.WeightColumn, TimeColumn: o.TimeColumn, TimeFormats: o.TimeFormats,
		RatingColumn: o.RatingColumn, Columns: o.Columns, Nulls: o.Nulls, Table: o.Table, Query: o.Query, MissingUser: source.MissingUser(o.MissingUser),
	}
	if o.Skip {
		out.OnError = source.Skip
	}
	var err error
	out.Format, err = source.ParseFormat(o.Format)
	return out, err
}

// Open opens the source of a shard. The caller must call the returned function.
func (o *ReadOptions) Open(ctx context.Context, shard string) (*source.Source, func(), error) {
	name, remove, err := local(ctx, shard)
	if err != nil {
		return nil, nil, err
	}
	opt, err := o.Source()
	if err == nil {
		var src *source.Source
		if src, err = source.Open(ctx, name, opt); err == nil {
			return src, func() { src.Close(); remove() }, nil
		}
	}
	remove()
	return nil, nil, err
}

// remote are the schemes of Beam's file systems; others are those of tables.
var remote = map[string]bool{"gs": true, "s3": true, "memfs": true}

// local returns a local file that is what path is, and what removes it if it is
// a copy.
func local(ctx context.Context, name string) (string, func(), error) {
	scheme, _, ok := strings.Cut(name, "://")
	if !ok || !remote[scheme] {
		return name, func() {}, nil
	}
	fs, err := filesystem.New(ctx, name)
	if err != nil {
		return "", nil, err
	}
	defer fs.Close()
	r, err := fs.OpenRead(ctx, name)
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	dir, err := os.MkdirTemp("", "cohort-shard-")
	if err != nil {
		return "", nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	to := dir + "/" + path.Base(name) // whose ending tells the format
	if err := copyTo(to, r); err != nil {
		remove()
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	return to, remove, nil
}

func copyTo(name string, r io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}

// Sizes counts the rows of shards, a PCollection<Shard>, and returns a
// PCollection<KV<int, int>> of their numbers and rows. Set Before from it if
// users are told by their rows: where there is no user column, and where a row
// has no user.
func Sizes(s sdk.Scope, o ReadOptions, shards sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.Sizes"), &sizeFn{Options: o}, shards)
}

// sizeFn counts the rows of a shard.
type sizeFn struct{ Options ReadOptions }

// ProcessElement implements a DoFn.
func (f *sizeFn) ProcessElement(ctx context.Context, shard Shard) (int, int, error) {
	src, done, err := f.Options.Open(ctx, shard.Path)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	n := 0
	for r, err := range src.Records(ctx) {
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", shard.Path, err)
		}
		n = r.Row
	}
	return shard.Number, n, nil
}

// Read reads shards, a PCollection<Shard>, and returns a PCollection<Texts>.
func Read(s sdk.Scope, o ReadOptions, shards sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s.Scope("cohort.Read"), &readFn{Options: o}, shards)
}

// readTogether is the number of texts of an element.
const readTogether = 2048

// readFn reads a shard.
type readFn struct{ Options ReadOptions }

// ProcessElement implements a DoFn.
func (f *readFn) ProcessElement(ctx context.Context, shard Shard, emit func(Texts)) error {
	var t Texts
	for x, err := range ShardTexts(ctx, &f.Options, shard) {
		if err != nil {
			return err
		}
		t.add(x.Row, x.Text)
		if len(t.Rows) == readTogether {
			emit(t)
			t = Texts{}
		}
	}
	if len(t.Rows) > 0 {
		emit(t)
	}
	return nil
}

// RowText is a text with its row in the input.
type RowText struct {
	Row  int
	Text corpus.Text
}

// ShardTexts ranges over the texts of a shard.
func ShardTexts(ctx context.Context, o *ReadOptions, shard Shard) func(yield func(RowText, error) bool) {
	return func(yield func(RowText, error) bool) {
		src, done, err := o.Open(ctx, shard.Path)
		if err != nil {
			yield(RowText{}, err)
			return
		}
		defer done()
		for r, err := range src.Rows(ctx) {
			if err != nil {
				yield(RowText{}, fmt.Errorf("%s: %w", shard.Path, err))
				return
			}
			if r.Weight == 0 { // has no weight, unlike the zero value of Text.Weight
				continue
			}
			if !yield(RowText{Row: shard.Before + r.Row, Text: textOf(src, &r, o, shard.Before)}, nil) {
				return
			}
		}
	}
}

// textOf returns the text of a row. Users that the source numbers by rows get
// the rows of the whole input.
func textOf(src *source.Source, r *source.Row, o *ReadOptions, before int) corpus.Text {
	t := corpus.Text{User: strings.Clone(r.User), Text: strings.Clone(r.Text), Weight: r.Weight, Time: r.Time}
	switch column := src.UserColumn(); {
	case column == "":
		t.User = strconv.Itoa(before + r.Row)
	case r.User == "no-user-"+strconv.Itoa(r.Row) && src.Value(r, column) == "":
		t.User = "no-user-" + strconv.Itoa(before+r.Row)
	}
	for _, c := range o.Columns {
		if t.Meta == nil {
			t.Meta = map[string]string{}
		}
		t.Meta[c] = strings.Clone(src.Value(r, c))
	}
	if c := src.RatingColumn(); c != "" {
		if t.Meta == nil {
			t.Meta = map[string]string{}
		}
		t.Meta[c] = ""
		if r.Rated {
			t.Meta[c] = strconv.FormatFloat(r.Rating, 'g', -1, 64)
		}
	}
	return t
}
