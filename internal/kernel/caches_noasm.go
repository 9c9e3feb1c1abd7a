//go:build !amd64 || purego

package kernel

// cpuCaches returns nothing: only the system can tell.
func cpuCaches() cacheSizes { return cacheSizes{} }
