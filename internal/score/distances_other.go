//go:build (!amd64 && !arm64) || purego

package score

func distances(products, sq []float32, self float32) (cancelled bool) {
	return distancesGeneric(products, sq, self)
}
