package csvscan

// Dialect is how values are delimited and quoted.
type Dialect struct {
	// Delimiter separates two fields; never empty.
	Delimiter string
	// NoQuotes treats quotation marks as text.
	NoQuotes bool
	// Escape is a character that makes the next one literal; 0: none. After a
	// backslash, n, r, t and 0 mean a line feed, a carriage return, a tab and a
	// NUL; a whole field \N means no value and stays as it is.
	Escape byte
	// Lazy accepts quotation marks within fields: a field that continues after
	// the closing mark, or lacks one, is taken as it is, up to the next
	// delimiter of its line.
	Lazy bool
	// Multiline accepts quoted fields of several lines even if they look like
	// records.
	Multiline bool
}

// DialectOf returns the dialect for some settings, without its delimiter;
// escape is "" or one byte.
func DialectOf(noQuotes, lazy, multiline bool, escape string) Dialect {
	d := Dialect{NoQuotes: noQuotes, Lazy: lazy, Multiline: multiline}
	if escape != "" {
		d.Escape = escape[0]
	}
	return d
}
