package main

import (
	"errors"
	"math"
	"strconv"

	"github.com/spf13/pflag"
)

// flagError returns the usage error for what pflag could not parse: what was
// wanted, in place of the call that failed.
func flagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return usagef("%v", err)
	}
	want := map[string]string{
		"int": "a whole number", "int64": "a whole number", "uint": "a whole number, 0 or more", "uint64": "a whole number, 0 or more",
		"float64": "a number", "bool": "true or false", "duration": "a time such as 90s or 1h30m",
	}[invalid.GetFlag().Value.Type()]
	if want == "" {
		return usagef("--%s: %v", invalid.GetFlag().Name, errors.Unwrap(invalid))
	}
	if errors.Is(err, strconv.ErrRange) {
		want += " within range"
	}
	return usagef("--%s is %q, want %s", invalid.GetFlag().Name, invalid.GetValue(), want)
}

// finite returns a usage error for a flag that is not a number or infinite, which
// no flag takes, and for a negative number of threads.
func finite(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		switch f.Value.Type() {
		case "float64":
			if v, _ := flags.GetFloat64(f.Name); math.IsNaN(v) || math.IsInf(v, 0) {
				err = usagef("--%s is %v, want a finite number", f.Name, v)
			}
		case "int":
			if v, _ := flags.GetInt(f.Name); v < 0 && f.Name == "threads" {
				err = usagef("--threads is %d, want 0 (all cores) or more", v)
			}
		}
	})
	return err
}

// A condition says when a flag has an effect.
type condition struct {
	flag  string
	need  string // with is --need
	value string // "" if it is enough that it has one
}

// conditions are those of flags that a verb does not check itself. A verb without
// the flag of a condition is not concerned.
var conditions = []condition{
	{"half-life", "pooling", "recency"},
	{"umap-neighbors", "reduce", "umap"},
	{"umap-min-dist", "reduce", "umap"},
	{"charts-font", "charts", "true"},
	{"names-labels", "names-model", ""},
	{"allow", "no-mask", "false"},
	{"regions", "no-mask", "false"},
	{"addresses", "no-mask", "false"},
	{"names-model", "no-mask", "false"},
	{"urls", "clean", "standard"},
	{"mentions", "clean", "standard"},
	{"hashtags", "clean", "standard"},
	{"emoji", "clean", "standard"},
	{"simplify", "clean", "standard"},
	{"lazy-quotes", "no-quotes", "false"},
	{"multiline", "no-quotes", "false"},
	{"time-format", "time-column", ""},
}

// effective returns a usage error for a flag that has no effect beside the others.
func effective(flags *pflag.FlagSet) error {
	for _, c := range conditions {
		f, by := flags.Lookup(c.flag), flags.Lookup(c.need)
		if f == nil || by == nil || !f.Changed || f.Value.String() == "false" {
			continue
		}
		value := by.Value.String()
		switch {
		case value != "" && (c.value == "" || c.value == value):
		case c.value == "" || c.value == "true":
			return usagef("--%s has no effect without --%s", c.flag, c.need)
		case c.value == "false":
			return usagef("--%s has no effect with --%s", c.flag, c.need)
		default:
			return usagef("--%s has no effect with --%s %s, only with %s", c.flag, c.need, shownValue(value), c.value)
		}
	}
	return nil
}

// checkFlags checks the flags of every verb before it runs.
func checkFlags(flags *pflag.FlagSet) error {
	for _, check := range []func(*pflag.FlagSet) error{noStores, finite, effective, standardInput, distinctFiles} {
		if err := check(flags); err != nil {
			return err
		}
	}
	return nil
}
