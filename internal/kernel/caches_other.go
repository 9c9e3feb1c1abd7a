//go:build !linux && !darwin

package kernel

// systemCaches returns nothing: there is no query for this system.
func systemCaches() cacheSizes { return cacheSizes{} }
