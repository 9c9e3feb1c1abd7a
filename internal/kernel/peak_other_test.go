//go:build !amd64 || purego

package kernel

// measurePeak returns 0: there is no peak to compare generic Go with.
func measurePeak(Level) float64 { return 0 }

func measurePeakInt8(Level) float64 { return 0 }
