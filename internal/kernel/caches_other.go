//go:build !linux && !darwin

package kernel

// systemCaches returns nothing: the system is not asked.
func systemCaches() cacheSizes { return cacheSizes{} }
