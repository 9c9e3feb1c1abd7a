//go:build (!amd64 && !arm64) || purego

package int8dot

func Dots(dst []int32, rows []int8, q Codes) { dotsGeneric(dst, rows, q) }
