//go:build !linux

package kernel

// adviseHuge does nothing: no other system takes advice on existing memory.
// macOS has pages of 16 KiB on arm64, and larger ones only on Intel, for
// mappings that request them; Windows gives large pages to processes with the
// privilege to lock memory; FreeBSD uses them automatically.
func adviseHuge([]byte) {}
