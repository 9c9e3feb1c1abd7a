package features

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// farthest is the largest absolute value of a scaled number.
const farthest = 4

// heavyTail is the ratio of the distances of the 95th and the 5th percentile
// from the median above which values are taken by logarithm.
const heavyTail = 3

// rare is the share of users below which a level is merged with others.
const rare = 0.01

// Encoder turns users' values into vectors. Its fields are what Fit has learned.
type Encoder struct {
	Features []Feature `json:"features"`
}

// Feature is one feature of an Encoder.
type Feature struct {
	Name    string  `json:"name"`
	From    string  `json:"from"` // the column it is made from
	Kind    Kind    `json:"kind"`
	Take    Take    `json:"take,omitempty"`
	Last    float64 `json:"last,omitempty"`    // of recency: the day since 1970 that it counts to
	Unit    float64 `json:"unit,omitempty"`    // u of log(1 + x/u); 0: no logarithm
	Centre  float64 `json:"centre,omitempty"`  // median of the numbers, after the logarithm
	Spread  float64 `json:"spread,omitempty"`  // of the numbers; 0: they are constant
	Median  float64 `json:"median,omitempty"`  // of the numbers as they are
	Missing bool    `json:"missing,omitempty"` // a column says for whom it is missing

	Levels []string `json:"levels,omitempty"` // the most frequent first
	Merged int      `json:"merged,omitempty"` // number of levels that are merged

	Mean  []float64 `json:"mean"`  // of its columns
	Scale float64   `json:"scale"` // factor of its columns; 0: it is the same for all users

	Lacking int `json:"lacking"`          // users for whom it is missing
	Unread  int `json:"unread,omitempty"` // values that are not of its kind
}

// Columns is the number of columns of the feature.
func (f *Feature) Columns() int { return f.width() }

// numeric reports whether the feature is a number, perhaps of days.
func (f *Feature) numeric() bool { return f.Kind != Category || f.Take != TakeDefault }

// width is the number of columns of the feature.
func (f *Feature) width() int {
	if f.numeric() {
		return 1 + ones(f.Missing)
	}
	return len(f.Levels) + ones(f.Merged > 0) + ones(f.Missing)
}

func ones(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Dim returns the length of a vector.
func (e *Encoder) Dim() int {
	n := 0
	for i := range e.Features {
		n += e.Features[i].width()
	}
	return n
}

// Constant returns the names of the features that are the same for all users,
// which have no effect.
func (e *Encoder) Constant() []string {
	var out []string
	for _, f := range e.Features {
		if f.Scale == 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

// Fit learns from the users for whom used returns true; nil means all. A column
// without a value that can be read, or whose categories are nearly all different,
// is an ErrColumn. Numbers that lie too far apart for a float64 are one, too.
func Fit(t *Table, o Options, used func(u int) bool) (*Encoder, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	var users []int
	for u := range t.Users {
		if used == nil || used(u) {
			users = append(users, u)
		}
	}
	e := &Encoder{}
	for i, c := range t.columns {
		f := Feature{Name: c.Name, From: c.from(), Kind: c.Kind, Take: c.Take, Unread: t.unread[i]}
		if c.Take == TakeRecency {
			f.Last = t.last[i]
		}
		known := 0
		for _, u := range users {
			if t.missing(i, u) {
				f.Lacking++
			} else {
				known++
			}
		}
		f.Missing = f.Lacking > 0
		if known == 0 {
			if f.Unread > 0 {
				return nil, fmt.Errorf("%w: %q: none of its %d values is a %s", ErrColumn, f.From, f.Unread, f.Kind)
			}
			return nil, fmt.Errorf("%w: %q: no user has a value", ErrColumn, f.From)
		}
		var err error
		if f.numeric() {
			err = f.fitNumbers(t.numbers[i], users)
		} else {
			err = f.fitLevels(t.levels[i], users, known, cmp.Or(o.Levels, DefaultLevels), t.many[i])
		}
		if err != nil {
			return nil, err
		}
		f.fitScale(t, i, users, len(t.columns))
		e.Features = append(e.Features, f)
	}
	return e, nil
}

// fitNumbers finds the scale of numbers.
func (f *Feature) fitNumbers(all []float64, users []int) error {
	x := make([]float64, 0, len(users))
	for _, u := range users {
		if v := all[u]; v == v {
			x = append(x, v)
		}
	}
	slices.Sort(x)
	f.Median = quantile(x, 0.5)
	low, high := quantile(x, 0.05), quantile(x, 0.95)
	if f.Kind != Date || f.Take != TakeDefault {
		if x[0] >= 0 && high > f.Median && high-f.Median > heavyTail*(f.Median-low) {
			positive, _ := slices.BinarySearchFunc(x, 0, func(v float64, _ int) int {
				if v > 0 {
					return 1
				}
				return -1
			})
			f.Unit = quantile(x[positive:], 0.5)
			for i, v := range x {
				x[i] = math.Log1p(v / f.Unit)
			}
		}
	}
	f.Centre = quantile(x, 0.5)
	f.Spread = (quantile(x, 0.75) - quantile(x, 0.25)) / 1.349
	if f.Spread == 0 {
		f.Spread = (quantile(x, 0.95) - quantile(x, 0.05)) / 3.29
	}
	if f.Spread == 0 {
		f.Spread = deviation(x)
	}
	if x := f.Spread + f.Centre + f.Median; x-x != 0 {
		return fmt.Errorf("%w: %q: its numbers are too far apart to be scaled", ErrColumn, f.From)
	}
	return nil
}

// quantile returns quantile q of sorted x, interpolated.
func quantile(x []float64, q float64) float64 {
	at := q * float64(len(x)-1)
	i := int(at)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i]) // x[i] if the two are the same
}

// deviation returns the standard deviation of x.
func deviation(x []float64) float64 {
	var mean, square float64
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / float64(len(x))
	}
	return math.Sqrt(square)
}

// fitLevels chooses the levels that are told apart.
func (f *Feature) fitLevels(all []string, users []int, known, most int, many bool) error {
	counts := map[string]int{}
	for _, u := range users {
		if all[u] != "" {
			counts[all[u]]++
		}
	}
	levels := make([]string, 0, len(counts))
	for l := range counts {
		levels = append(levels, l)
	}
	slices.SortFunc(levels, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	least := max(2, int(math.Ceil(rare*float64(known))))
	n := 0
	for n < len(levels) && n < most && counts[levels[n]] >= least {
		n++
	}
	switch {
	case len(levels) == 1:
		n = 1
	case n == 0:
		return fmt.Errorf("%w: %q: it has %d values for %d users, none of them shared by %d or more: it is neither numbers nor dates, and no category", ErrColumn, f.From, len(levels), known, least)
	case len(levels) == n+1 && n < most && !many: // merging one level hides it and saves nothing
		n++
	}
	f.Levels, f.Merged = slices.Clone(levels[:n]), len(levels)-n
	if many {
		f.Merged = max(f.Merged, 1)
	}
	return nil
}

// fitScale centres the columns and sets their common scale.
func (f *Feature) fitScale(t *Table, i int, users []int, features int) {
	f.Mean = make([]float64, f.width())
	row := make([]float64, f.width())
	n := float64(len(users))
	for _, u := range users {
		f.encode(row, t, i, u)
		for j, v := range row {
			f.Mean[j] += v / n
		}
	}
	var variance float64
	for _, u := range users {
		f.encode(row, t, i, u)
		for j, v := range row {
			variance += (v - f.Mean[j]) * (v - f.Mean[j]) / n
		}
	}
	if variance > 1e-12 {
		f.Scale = 1 / math.Sqrt(variance*float64(features))
	}
}

// encode sets row [width] to the columns of user u before they are centred.
func (f *Feature) encode(row []float64, t *Table, i, u int) {
	clear(row)
	missing := t.missing(i, u)
	if missing && f.Missing {
		row[len(row)-1] = 1
	}
	if f.numeric() {
		if !missing && f.Spread > 0 {
			row[0] = f.scaled(t.numbers[i][u])
		}
		return
	}
	if missing {
		return
	}
	at := slices.Index(f.Levels, t.levels[i][u])
	switch {
	case at >= 0:
		row[at] = 1
	case f.Merged > 0:
		row[len(f.Levels)] = 1
	case f.Missing: // a level that was not there in Fit
		row[len(row)-1] = 1
	}
}

// scaled returns a number on the scale of the feature.
func (f *Feature) scaled(x float64) float64 {
	if f.Unit > 0 {
		x = math.Log1p(max(x, 0) / f.Unit)
	}
	return min(max((x-f.Centre)/f.Spread, -farthest), farthest)
}

// Collector returns a Collector for the columns of the Encoder.
func (e *Encoder) Collector() *Collector {
	columns := make([]Column, len(e.Features))
	for i, f := range e.Features {
		columns[i] = Column{Name: f.Name, From: f.From, Kind: f.Kind, Take: f.Take}
	}
	return NewCollector(columns)
}

// Table returns the values that c, of Encoder.Collector, has collected.
func (e *Encoder) Table(c *Collector) *Table {
	last := make([]float64, len(e.Features))
	for i, f := range e.Features {
		last[i] = f.Last
	}
	return c.table(last)
}

// Transform returns the vectors of the users [users, dim]. The row of a user of
// whom nothing is known is 0, which is the mean. The Table must have the columns
// of the Encoder.
func (e *Encoder) Transform(t *Table) (*mat.Dense, error) {
	if len(t.columns) != len(e.Features) {
		return nil, fmt.Errorf("%w: the table has %d features, want %d", ErrColumn, len(t.columns), len(e.Features))
	}
	for i := range e.Features {
		if f := &e.Features[i]; f.numeric() != (t.numbers[i] != nil) {
			return nil, fmt.Errorf("%w: feature %q is of kind %s, want %s", ErrColumn, f.Name, t.columns[i].Kind, f.Kind)
		}
	}
	if t.Users == 0 || e.Dim() == 0 {
		return &mat.Dense{}, nil
	}
	out := mat.NewDense(t.Users, e.Dim(), nil)
	for u := range t.Users {
		if !t.Known(u) {
			continue
		}
		row := out.RawRowView(u)
		for i := range e.Features {
			f := &e.Features[i]
			own := row[:f.width()]
			row = row[f.width():]
			f.encode(own, t, i, u)
			if f.unknown(t, i, u) {
				copy(own, f.Mean)
			}
			for j := range own {
				own[j] = (own[j] - f.Mean[j]) * f.Scale
			}
		}
	}
	return out, nil
}

// unknown reports whether the columns cannot say what user u has: it is missing,
// or new, and neither was known in Fit.
func (f *Feature) unknown(t *Table, i, u int) bool {
	if f.numeric() || f.Missing {
		return false
	}
	return t.missing(i, u) || f.Merged == 0 && !slices.Contains(f.Levels, t.levels[i][u])
}

// Check returns an ErrColumn if the Encoder, read from a file, cannot be used.
func (e *Encoder) Check() error {
	if len(e.Features) == 0 {
		return fmt.Errorf("%w: there are no features", ErrColumn)
	}
	for i := range e.Features {
		f := &e.Features[i]
		if (Column{Name: f.Name, From: f.From, Kind: f.Kind, Take: f.Take}).check() != nil || f.Kind == Auto {
			return fmt.Errorf("%w: feature %d is of no kind", ErrColumn, i+1)
		}
		if len(f.Mean) != f.width() || len(f.Levels) > mostLevels {
			return fmt.Errorf("%w: feature %d has %d columns, want %d", ErrColumn, i+1, len(f.Mean), f.width())
		}
		if f.Spread < 0 || f.Unit < 0 || f.Scale < 0 {
			return fmt.Errorf("%w: feature %d has a negative scale", ErrColumn, i+1)
		}
	}
	return nil
}
