//go:build !amd64 || purego

package kernel

// cpuCaches returns nothing: only the system knows.
func cpuCaches() cacheSizes { return cacheSizes{} }
