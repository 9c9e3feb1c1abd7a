// Package columns finds columns by name, and lists the available ones without
// showing anything that may be data.
package columns
