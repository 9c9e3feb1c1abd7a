package csvscan

// Dialect is how values are delimited and quoted.
type Dialect struct {
	// Delimiter stands between two fields; never empty.
	Delimiter string
	// NoQuotes takes quotation marks as text.
	NoQuotes bool
	// Escape is a character that takes its meaning from the one after it; 0: none.
	// After a backslash n, r and t are a line feed, a carriage return and a tab.
	Escape byte
	// Lazy accepts quotation marks within fields: a field that goes on after the
	// closing mark, or whose closing mark never comes, is taken as it stands, up to
	// the next delimiter of its line.
	Lazy bool
	// Multiline accepts quoted fields of several lines though they look like
	// records.
	Multiline bool
}

// DialectOf is the dialect of some settings, without its delimiter; escape is ""
// or one byte.
func DialectOf(noQuotes, lazy, multiline bool, escape string) Dialect {
	d := Dialect{NoQuotes: noQuotes, Lazy: lazy, Multiline: multiline}
	if escape != "" {
		d.Escape = escape[0]
	}
	return d
}
