//go:build (!amd64 && !arm64) || purego

package search

func dotsInt8(dst []int32, rows []int8, q []int16) { dotsInt8Generic(dst, rows, q) }
