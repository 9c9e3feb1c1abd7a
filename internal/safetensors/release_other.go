//go:build !windows && (!unix || aix)

package safetensors

// releasePages does nothing: there are no mappings.
func releasePages([]byte) {}
