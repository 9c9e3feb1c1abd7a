package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/features"
)

// featureFlags are the flags for what is known of users beside their texts.
type featureFlags struct {
	columns []string
	rfm     []string
	weight  float64
	balance string
	levels  int
	given   func(name string) bool
}

// featureKinds are the suffixes of --features with what they mean.
var featureKinds = map[string]features.Kind{"number": features.Number, "date": features.Date, "category": features.Category}

func (f *featureFlags) add(s *pflag.FlagSet) {
	f.given = s.Changed
	s.StringSliceVar(&f.columns, "features", nil, "find segments by these `columns`, separated by commas, beside the texts: numbers, dates and categories. age:number, seen:date or code:category says which, where the values do not")
	s.StringSliceVar(&f.rfm, "rfm", nil, "the same by recency, frequency and monetary value, from the `columns` date,amount of a row for each purchase")
	s.Float64Var(&f.weight, "features-weight", 1, "`factor` of the squared distances of features, after their scale is balanced with that of the texts")
	s.StringVar(&f.balance, "features-balance", "axis", "`rule` of that balance: axis (equal variance along the first principal axis) or variance (equal variance in all)")
	s.IntVar(&f.levels, "features-levels", features.DefaultLevels, "most `levels` of a category that are told apart")
}

// options returns the features, nil if there are none.
func (f *featureFlags) options() (*features.Options, error) {
	if len(f.columns) == 0 && len(f.rfm) == 0 {
		for _, name := range []string{"features-weight", "features-balance", "features-levels"} {
			if f.given(name) {
				return nil, usagef("--%s has no effect without --features or --rfm", name)
			}
		}
		return nil, nil
	}
	o := &features.Options{Weight: f.weight, Levels: f.levels}
	for _, name := range f.columns {
		c := features.Column{Name: name}
		if at := strings.LastIndexByte(name, ':'); at > 0 {
			if kind, ok := featureKinds[name[at+1:]]; ok {
				c = features.Column{Name: name[:at], Kind: kind}
			}
		}
		o.Columns = append(o.Columns, c)
	}
	if len(f.rfm) > 0 {
		if len(f.rfm) != 2 {
			return nil, usagef("--rfm names %d columns, want two: date,amount", len(f.rfm))
		}
		o.Columns = append(o.Columns, features.RFM(f.rfm[0], f.rfm[1])...)
	}
	switch f.balance {
	case "axis":
	case "variance":
		o.Balance = features.ByVariance
	default:
		return nil, usagef("--features-balance is %s, want axis or variance", shownValue(f.balance))
	}
	if f.weight <= 0 {
		return nil, usagef("--features-weight is %v, want a number above 0", f.weight)
	}
	if f.levels < 1 {
		return nil, usagef("--features-levels is %d, want 1 or more", f.levels)
	}
	if err := o.Check(); err != nil {
		return nil, usagef("--features: %v", err)
	}
	return o, nil
}

// from returns the columns that are read for the features.
func (f *featureFlags) from() []string {
	o, err := f.options()
	if err != nil || o == nil {
		return nil
	}
	var out []string
	for _, c := range o.Columns {
		name := c.From
		if name == "" {
			name = c.Name
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// and returns a without repetitions, with those of b that are not in it.
func and(a, b []string) []string {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// warnFeatures says what in the features could not be used.
func (a *app) warnFeatures(seg *cohort.Segmentation) {
	if seg.Features == nil {
		return
	}
	for _, f := range seg.Features.List {
		if f.Unread > 0 {
			fmt.Fprintf(a.err, "cohort: warning: %d values of %s are no %s and count as missing\n", f.Unread, f.From, f.Kind)
		}
		if f.Constant {
			fmt.Fprintf(a.err, "cohort: warning: %s is the same for all users and has no effect\n", f.Name)
		}
	}
}
