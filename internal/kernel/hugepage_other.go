//go:build !linux

package kernel

// adviseHuge does nothing: no other system takes advice on memory that is there
// already. macOS has pages of 16 KiB on arm64, and larger ones for mappings that
// ask for them on Intel alone; Windows gives large pages to processes with the
// privilege to lock memory; FreeBSD makes them without being asked.
func adviseHuge([]byte) {}
