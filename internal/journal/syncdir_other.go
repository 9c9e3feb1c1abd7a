//go:build !unix

package journal

// syncDir does nothing: directories cannot be synced.
func syncDir(string) error { return nil }
