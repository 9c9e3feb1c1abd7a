//go:build !unix

package watch

import "os"

// fileID returns "": files have no number that os tells.
func fileID(os.FileInfo) string { return "" }
