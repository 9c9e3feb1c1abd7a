package sentiment

import "crypto/sha256"

// HeldOut reports whether the item with this key belongs to the part of a data
// set that the heads of this package were not fitted on: about one in share
// items, selected by the SHA-256 of the key, so that the split is reproducible.
// English sentences are keyed by their review, Chinese reviews by their text.
func HeldOut(key string, share int) bool {
	sum := sha256.Sum256([]byte(key))
	return (int(sum[0])<<8|int(sum[1]))%share == 0
}

// The shares that HeldOut took for the data of English and Chinese.
const (
	HeldOutEnglish = 5
	HeldOutChinese = 10
)
