package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// addConfig adds the flag --config, a YAML file of flags, to c. It is read
// before the verb runs; flags on the command line override it.
func addConfig(c *cobra.Command) {
	var path string
	c.Flags().StringVar(&path, "config", "", "read flags from this YAML `file`; flags on the command line override it")
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if path == "" {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := applyConfig(f, c.Flags()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
}

// applyConfig sets the flags named in a YAML mapping: keys are names of flags,
// values are the flags' values, or lists for flags that take several. Flags
// that are already set keep their values. Errors name the line; they do not
// repeat values, which may be private.
func applyConfig(r io.Reader, flags *pflag.FlagSet) error {
	var doc yaml.Node
	d := yaml.NewDecoder(r)
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil // empty
	} else if err != nil {
		return usagef("not YAML%s", yamlLine(err))
	}
	var more yaml.Node
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return usagef("more than one YAML document")
	}
	m := doc.Content[0]
	if m.Kind == yaml.ScalarNode && m.Tag == "!!null" {
		return nil // only comments
	}
	if m.Kind != yaml.MappingNode {
		return usagef("line %d: want a mapping of flags to values, such as \"k: 5\"", m.Line)
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		name := strings.ReplaceAll(key.Value, "_", "-")
		f := flags.Lookup(name)
		if f == nil || name == "config" || name == "help" {
			return usagef("line %d: unknown key%s%s", key.Line, shownKey(key.Value), nearestFlag(flags, name))
		}
		if line, ok := seen[name]; ok {
			return usagef("line %d: key %q was already given in line %d", key.Line, key.Value, line)
		}
		seen[name] = key.Line
		if f.Changed {
			continue
		}
		values, err := scalars(value)
		if err != nil {
			return usagef("line %d: key %q: %v", value.Line, key.Value, err)
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			if err := list.Replace(values); err != nil {
				return usagef("line %d: key %q: the value is not a list of %s", value.Line, key.Value, f.Value.Type())
			}
			f.Changed = true
			continue
		}
		if len(values) != 1 {
			return usagef("line %d: key %q takes one value, not a list of %d", value.Line, key.Value, len(values))
		}
		if flags.Set(name, values[0]) != nil {
			return usagef("line %d: key %q: the value is not a %s", value.Line, key.Value, f.Value.Type())
		}
	}
	return nil
}

// shownKey quotes a key that looks like a flag; anything else may be data from
// a wrong file.
func shownKey(key string) string {
	if len(key) > 24 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz-_") != "" {
		return ""
	}
	return fmt.Sprintf(" %q", key)
}

// shownValue quotes a flag's value, which may come from a file, if it looks
// like a named value of a flag.
func shownValue(v string) string {
	if shownKey(strings.TrimRight(v, "0123456789")) == "" || len(v) > 24 {
		return "something else"
	}
	return fmt.Sprintf("%q", v)
}

// yamlLine returns the line that a YAML error names, without the rest of the
// message, which may quote the file.
func yamlLine(err error) string {
	_, rest, ok := strings.Cut(err.Error(), "line ")
	if !ok {
		return ""
	}
	n := 0
	for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
		n++
	}
	if n == 0 {
		return ""
	}
	return ": line " + rest[:n]
}

// scalars returns the values of a scalar or of a list of scalars.
func scalars(n *yaml.Node) ([]string, error) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, errors.New("no value")
		}
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		var out []string
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return nil, errors.New("want a list of plain values")
			}
			out = append(out, c.Value)
		}
		return out, nil
	}
	return nil, errors.New("want a plain value or a list of them")
}

// nearestFlag suggests the flag whose spelling is closest to name, if one is
// close.
func nearestFlag(flags *pflag.FlagSet, name string) string {
	best, at := 3, ""
	flags.VisitAll(func(f *pflag.Flag) {
		if d := editDistance(f.Name, name); d < best && f.Name != "config" && f.Name != "help" {
			best, at = d, f.Name
		}
	})
	if at == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", at)
}

// editDistance is the number of bytes to insert, delete or replace between a
// and b (Levenshtein 1966).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
