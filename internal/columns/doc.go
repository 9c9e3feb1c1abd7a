// Package columns finds columns by their names, and says which there are without
// showing what may be data.
package columns
