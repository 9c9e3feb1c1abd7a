package features

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Errors that Fit and Options.Check wrap.
var (
	// ErrOptions: an option has an invalid value.
	ErrOptions = estimator.ErrOption
	// ErrColumn: a column cannot be used as asked.
	ErrColumn = errors.New("features: unusable column")
)

// Kind says what the values of a column are.
type Kind string

// The kinds of columns.
const (
	// Auto: Number if at least 99 % of the values are finite numbers, of which
	// there are more than two; Date if at least 99 % are dates with punctuation or
	// words (20240131 is a number); otherwise Category. Other values then count as
	// unread.
	Auto     Kind = ""
	Number   Kind = "number"
	Date     Kind = "date"
	Category Kind = "category"
)

// Take says what is taken of the rows of a user.
type Take string

// The values of Take.
const (
	TakeDefault Take = ""        // the mean, the latest, or the most frequent value, by Kind
	TakeRecency Take = "recency" // days from the latest date to the last date of all users; of dates
	TakeCount   Take = "count"   // the number of rows with a value
	TakeSum     Take = "sum"     // of numbers
)

// Column is one feature.
type Column struct {
	Name string // of the feature, and of the column unless From names it
	From string // the column it is made from; "": Name
	Kind Kind   // of the values in the column
	Take Take   // what becomes of several rows of a user
}

func (c Column) from() string {
	if c.From == "" {
		return c.Name
	}
	return c.From
}

// DefaultLevels is the default of Options.Levels.
const DefaultLevels = 12

// mostLevels is the largest value of Options.Levels.
const mostLevels = 1000

// Options says which features there are.
type Options struct {
	Columns []Column
	Levels  int // most levels of a category that are told apart; 0: DefaultLevels
	// Weight multiplies the squared distances of features, after their scale has
	// been balanced with that of the texts; 0: 1.
	Weight float64
	// Balance is the rule by which the scale of features is set beside that of
	// texts; zero: ByAxis.
	Balance Balance
}

// Named returns columns of these names with the kind Auto.
func Named(names ...string) []Column {
	out := make([]Column, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

// RFM returns the features recency, frequency and monetary value of users with a
// row for each purchase (Hughes, Strategic Database Marketing, 1994): the days
// since the latest date, the number of rows with a date, and the sum of the
// amounts.
func RFM(date, amount string) []Column {
	return []Column{
		{Name: "recency", From: date, Kind: Date, Take: TakeRecency},
		{Name: "frequency", From: date, Kind: Date, Take: TakeCount},
		{Name: "monetary", From: amount, Kind: Number, Take: TakeSum},
	}
}

// Check returns an ErrOptions if o is invalid.
func (o *Options) Check() error {
	if len(o.Columns) == 0 {
		return fmt.Errorf("%w: Features have no columns", ErrOptions)
	}
	seen := map[string]bool{}
	for _, c := range o.Columns {
		if strings.TrimSpace(c.Name) == "" {
			return fmt.Errorf("%w: a feature has no name", ErrOptions)
		}
		if seen[c.Name] {
			return fmt.Errorf("%w: two features are called %q", ErrOptions, c.Name)
		}
		seen[c.Name] = true
		if err := c.check(); err != nil {
			return err
		}
	}
	if o.Levels < 0 || o.Levels > mostLevels {
		return fmt.Errorf("%w: Levels is %d, want 0 to %d", ErrOptions, o.Levels, mostLevels)
	}
	if !(o.Weight >= 0) || o.Weight > 1e6 {
		return fmt.Errorf("%w: the weight of features is %v, want a number from 0 to 1e6", ErrOptions, o.Weight)
	}
	if o.Balance > ByVariance {
		return fmt.Errorf("%w: Balance is %d, want ByAxis or ByVariance", ErrOptions, o.Balance)
	}
	return nil
}

func (c Column) check() error {
	if !slices.Contains([]Kind{Auto, Number, Date, Category}, c.Kind) {
		return fmt.Errorf("%w: feature %q is of kind %q, want number, date or category", ErrOptions, c.Name, c.Kind)
	}
	want, ok := map[Take]Kind{TakeDefault: c.Kind, TakeRecency: Date, TakeCount: c.Kind, TakeSum: Number}[c.Take]
	if !ok {
		return fmt.Errorf("%w: feature %q takes %q, want recency, count or sum", ErrOptions, c.Name, c.Take)
	}
	if c.Kind != want {
		return fmt.Errorf("%w: feature %q takes the %s of a column of kind %q, want %s", ErrOptions, c.Name, c.Take, c.Kind, want)
	}
	return nil
}
