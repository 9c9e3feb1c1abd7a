// Package splitmix hashes numbers, for random draws that must not depend on the
// order in which goroutines make them.
package splitmix

// Mix hashes all of v to one number by applying the finisher of SplitMix64
// (Steele, Lea and Flood 2014) to each number in turn.
func Mix(v ...uint64) uint64 {
	var h uint64
	for _, x := range v {
		h += x + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}
