package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/moment"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// pass reads a source once.
type pass struct {
	s       *Source
	rows    bool // rows are needed, not only records
	probing bool
	stats   Stats
	row     *Row
	last    *binding    // of the part read last
	names   []string    // of the first record, for messages
	scale   float64     // of the ratings
	alike   *alikeUsers // nil without Options.CompareUsers
}

func newPass(s *Source) *pass {
	p := &pass{s: s}
	if s != nil && s.opt.CompareUsers {
		p.alike = newAlikeUsers()
	}
	return p
}

// run calls do with each record, or with the error that ends the pass, until do
// returns false.
func (p *pass) run(ctx context.Context, do func(*Record, *binding, error) bool) {
	switch {
	case p.s == nil:
		do(nil, nil, fmt.Errorf("no source: %w", ErrEmpty))
		return
	case ctx == nil:
		do(nil, nil, parallel.ErrNilContext)
		return
	case p.s.closed:
		do(nil, nil, fmt.Errorf("%s: %w", p.s.name, os.ErrClosed))
		return
	}
	err := p.parts(ctx, do)
	if err == nil && !p.probing {
		err = p.end()
	}
	if !errors.Is(err, errStopped) && !p.probing {
		p.s.mu.Lock()
		p.s.stats = p.stats
		p.s.mu.Unlock()
	}
	if err != nil && !errors.Is(err, errStopped) {
		do(nil, nil, err)
	}
}

// errStopped ends a pass whose consumer has stopped.
var errStopped = errors.New("stopped")

func (p *pass) parts(ctx context.Context, do func(*Record, *binding, error) bool) error {
	if n := len(p.s.parts); n > 1 {
		p.stats.Files = n
	}
	for _, part := range p.s.parts {
		if err := p.part(ctx, part, do); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) part(ctx context.Context, part *part, do func(*Record, *binding, error) bool) error {
	rd, err := p.s.open(ctx, part)
	if err != nil {
		return err
	}
	defer rd.close()
	defer func() { rd.tell(&p.stats) }()
	if part.format == CSV || part.format == TSV {
		if rd.columns() == nil {
			return nil // it is empty
		}
	}
	b, err := p.s.bind(part, rd.columns())
	if err != nil {
		return err
	}
	p.last = b
	for n := 1; ; n++ {
		if n%256 == 1 {
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
		}
		rec := Record{Path: part.path}
		err := rd.read(&rec)
		if errors.Is(err, io.EOF) && !isRow(err) {
			return nil
		}
		skipped := false
		if err == nil {
			p.dropNULs(rec.Fields)
			rec.Row = p.stats.Rows + p.stats.Rejected + 1
			p.names = firstNames(p.names, rec.Fields)
			if b.look(&rec); p.rows {
				skipped, err = p.fill(&rec, b)
			}
		}
		if err != nil {
			if err = p.reject(err); err != nil {
				return err
			}
			continue
		}
		p.stats.Rows++
		p.stats.MergedCells += rec.Merged
		if !skipped && !do(&rec, b, nil) {
			return errStopped
		}
	}
}

// dropNULs leaves NULs out of values: JSON can spell them and databases can hold
// them.
func (p *pass) dropNULs(fields []Field) {
	for i := range fields {
		v := fields[i].Value
		if n := strings.Count(v, "\x00"); n > 0 {
			fields[i].Value = strings.ReplaceAll(v, "\x00", "")
			p.stats.NULs += n
		}
	}
}

func isRow(err error) bool {
	var row *RowError
	return errors.As(err, &row)
}

func firstNames(names []string, fields []Field) []string {
	if names != nil {
		return names
	}
	names = []string{}
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

// reject skips a record that cannot be read, or returns the error that ends the
// pass.
func (p *pass) reject(err error) error {
	var row *RowError
	if p.s.opt.OnError != Skip || !errors.As(err, &row) {
		return err
	}
	p.stats.Rejected++
	if p.s.opt.Reject == nil || p.probing || p.stats.Rejected <= p.s.reported {
		return nil
	}
	p.s.reported = p.stats.Rejected
	return p.s.opt.Reject(row.Reject())
}

// end returns the errors that only a whole pass can find.
func (p *pass) end() error {
	st := &p.stats
	st.RatingScale = p.scale
	if n := st.Ratings + st.UnreadRatings; p.rows && st.UnreadRatings*2 > n {
		in := ""
		if st.UnreadRatingFile != "" {
			in = " of " + st.UnreadRatingFile
		}
		return fmt.Errorf("%s: %w: %d of %d values of %q cannot be read as one, the first in line %d%s", p.s.name, ErrRating, st.UnreadRatings, n, p.s.opt.RatingColumn, st.UnreadRatingLine, in)
	}
	return nil
}

// column is a column in use, by its position or, for records that name their
// values, by its name.
type column struct {
	name  string // "" if unused
	at    int    // -1: by name
	found bool   // some record has it
}

// get returns the column's field in r.
func (c *column) get(r *Record) (Field, bool) {
	if c.at >= 0 {
		return r.Fields[c.at], true
	}
	if c.name == "" {
		return Field{}, false
	}
	return r.Lookup(c.name)
}

// binding holds a part's columns in use.
type binding struct {
	fixed                            bool // the part has a header, or no columns at all
	text, user, weight, time, rating column
	nulls                            nulls
}

// look records which columns a record has.
func (b *binding) look(r *Record) {
	if b.fixed {
		return
	}
	for _, c := range []*column{&b.text, &b.user} {
		if !c.found {
			_, c.found = c.get(r)
		}
	}
}

// bind finds the columns in use among a part's columns.
func (s *Source) bind(part *part, head []string) (*binding, error) {
	b := &binding{nulls: newNulls(&s.opt, part.format)}
	if part.format == Text {
		b.fixed, b.user.at, b.weight.at, b.time.at, b.rating.at = true, -1, -1, -1, -1
		return b, nil
	}
	o := &s.opt
	text, user := o.TextColumn, o.UserColumn
	if text == "" {
		text = "text"
	}
	if user == "" && (head == nil || has(head, "user")) {
		user = "user"
	}
	b.fixed = head != nil
	for _, c := range []struct {
		to         *column
		what, name string
	}{{&b.text, "texts", text}, {&b.user, "users", user}, {&b.weight, "weights", o.WeightColumn}, {&b.time, "times", o.TimeColumn}, {&b.rating, "ratings", o.RatingColumn}} {
		*c.to = column{name: c.name, at: -1}
		if c.name == "" || head == nil {
			continue
		}
		i, err := columns.Find(head, c.name, "the "+c.what)
		if errors.Is(err, ErrNoColumn) && part.table != nil && nested(head, c.name) {
			c.to.found = true // within a structure, by name
			continue
		}
		if err != nil {
			hint := ""
			if len(head) == 1 && (part.format == CSV || part.format == TSV) {
				hint = " (--delimiter says what stands between columns)"
			}
			return nil, fmt.Errorf("%s: %w%s", part.path, err, hint)
		}
		*c.to = column{name: head[i], at: i, found: true}
	}
	for _, c := range o.Columns {
		if head != nil {
			if _, err := columns.Find(head, c, ""); err != nil {
				return nil, fmt.Errorf("%s: %w", part.path, err)
			}
		}
	}
	if b.fixed && part == s.parts[0] && s.cols == nil {
		s.cols, s.textC, s.userC = head, b.text.name, b.user.name
	}
	if !b.fixed && s.textC != "" { // already settled
		b.text.name, b.user.name = s.textC, s.userC
	}
	return b, nil
}

// nested reports whether a name is a path into a column.
func nested(head []string, name string) bool {
	for column := range paths(name) {
		if has(head, fold(column)) {
			return true
		}
	}
	return false
}

func has(head []string, name string) bool {
	for _, h := range head {
		if fold(h) == name {
			return true
		}
	}
	return false
}

// settle decides which columns are used, after looking at records that name
// their values.
func (p *pass) settle() error {
	b := p.last
	if b.fixed {
		return nil
	}
	for _, c := range []struct {
		what  string
		c     *column
		given string
	}{{"texts", &b.text, b.text.name}, {"users", &b.user, p.s.opt.UserColumn}} {
		if c.c.found || c.given == "" {
			continue
		}
		return fmt.Errorf("%s: %w %q for the %s: the first record has %s%s", p.s.name, ErrNoColumn, c.given, c.what, strings.Join(columns.Quoted(p.names), ", "), columns.DidYouMean(p.names, c.given))
	}
	p.s.textC = b.text.name
	p.s.userC = ""
	if b.user.found {
		p.s.userC = b.user.name
	}
	return nil
}

// fill converts a record to a row. skipped reports that it has no user and that
// such rows are skipped.
func (p *pass) fill(rec *Record, b *binding) (skipped bool, err error) {
	row := Row{Record: *rec, Weight: 1}
	p.row = &row
	if len(rec.Fields) == 1 && rec.Fields[0].Name == "" && b.text.name == "" {
		row.Text, row.User, row.Fields = rec.Fields[0].Value, strconv.Itoa(rec.Row), nil
		return false, nil
	}
	fail := func(c *column, err error) (bool, error) {
		return false, &RowError{Path: rec.Path, Line: rec.Line, Err: fmt.Errorf("column %q: %w", c.name, err)}
	}
	f, ok := b.text.get(rec)
	switch {
	case !ok || b.nulls.needed(f):
		p.stats.NullTexts++
	case f.Kind == Group:
		return fail(&b.text, groupError(f, b.text.name))
	default:
		row.Text = f.Value
	}
	if skipped, err := p.user(&row, b); err != nil {
		return fail(&b.user, err)
	} else if skipped {
		return true, nil
	}
	if f, ok := b.weight.get(rec); b.weight.name != "" {
		if !ok || b.nulls.needed(f) {
			p.stats.NullWeights++
		} else if w, err := strconv.ParseFloat(strings.TrimSpace(f.Value), 64); err != nil || w < 0 || w-w != 0 {
			return fail(&b.weight, errors.New("the cell is not a weight: want a finite number >= 0"))
		} else {
			if row.Weight = w; w == 0 {
				p.stats.ZeroWeights++
			}
		}
	}
	if f, ok := b.time.get(rec); b.time.name != "" {
		if !ok || b.nulls.needed(f) {
			p.stats.MissingTimes++
		} else if err = p.time(&row, f.Value); err != nil {
			return fail(&b.time, err)
		}
	}
	if f, ok := b.rating.get(rec); b.rating.name != "" {
		p.rate(&row, f, ok && !b.nulls.needed(f))
	}
	return false, nil
}

// groupError says that a value is an object or an array, and lists the paths to
// its members.
func groupError(f Field, name string) error {
	if f.Value[0] == '[' {
		return fmt.Errorf("the value is an array, want a string: %s.0 is its first element", name)
	}
	members, err := objectFields(nil, []byte(f.Value))
	if err != nil || len(members) == 0 {
		return errors.New("the value is an object, want a string")
	}
	names := firstNames(nil, members)
	hint := columns.Quoted(names)
	if len(hint) > 0 && strings.HasPrefix(hint[0], `"`) {
		return fmt.Errorf("the value is an object, want a string: it has %s, so %q is one", strings.Join(hint, ", "), name+"."+names[0])
	}
	return fmt.Errorf("the value is an object, want a string: it has %s", strings.Join(hint, ", "))
}

// user sets the user of a row.
func (p *pass) user(row *Row, b *binding) (skipped bool, err error) {
	if p.s.userC == "" {
		row.User = strconv.Itoa(row.Row)
		return false, nil
	}
	f, ok := b.user.get(&row.Record)
	if ok && !b.nulls.needed(f) {
		if f.Kind == Group {
			return false, groupError(f, b.user.name)
		}
		row.User = f.Value
		if p.alike != nil && p.alike.add(row.User) {
			if p.stats.AlikeUsers++; p.stats.AlikeUsers == 1 {
				p.stats.AlikeUserLine, p.stats.AlikeUserFile = row.Line, p.stats.among(row.Path)
			}
		}
		return false, nil
	}
	p.stats.MissingUsers++
	switch p.s.opt.MissingUser {
	case SkipUsers:
		return true, nil
	case OneUser:
		row.User = "no-user"
	default:
		row.User = "no-user-" + strconv.Itoa(row.Row)
	}
	return false, nil
}

// rate parses a row's rating.
func (p *pass) rate(row *Row, f Field, given bool) {
	st := &p.stats
	if !given {
		st.MissingRating++
		return
	}
	r, scale, err := ParseRating(f.Value)
	if err == nil && scale > 0 {
		if p.scale == 0 {
			p.scale = scale
		} else if scale != p.scale { // a different scale than before
			r *= p.scale / scale
		}
	}
	if err != nil || f.Kind == Group || math.IsNaN(r) {
		if st.UnreadRatings++; st.UnreadRatings == 1 {
			st.UnreadRatingLine, st.UnreadRatingFile = row.Line, st.among(row.Path)
		}
		return
	}
	st.Ratings++
	row.Rating, row.Rated = r, true
}

// time sets the time of a row.
func (p *pass) time(row *Row, v string) error {
	t, err := p.s.opt.time(v)
	switch {
	case err != nil:
		return err
	case moment.Placeholder(t):
		p.stats.MissingTimes++
		return nil
	case len(p.s.opt.TimeFormats) == 0 && moment.Serial(v):
		p.stats.SerialTimes++
	}
	row.Time = t
	return moment.Check(t)
}

// time parses a time in one of the given formats, or in one that ParseTime
// knows.
func (o *Options) time(v string) (time.Time, error) {
	for _, f := range o.TimeFormats {
		if t, err := parseAs(f, v); err == nil {
			return t, nil
		}
	}
	t, err := ParseTime(v)
	// 01/13/2024 beside the format %d/%m/%Y means that 03/04/2024 may be in March.
	if len(o.TimeFormats) > 0 && (err != nil || moment.Slashed(v)) {
		return time.Time{}, errors.New("the cell is not a time of the formats given")
	}
	return t, err
}
