package reading

import "github.com/seed-56ee9438/cohort/internal/splitmix"

// Hash returns a hash of a text: FNV-1a, whose bits are then mixed, as the
// hashes of a user's texts are added.
func Hash(text string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 0x100000001b3
	}
	return splitmix.Mix(h)
}

// Repeated returns the sum of the hashes of a user's texts that were left out as
// near-duplicates.
func (s *Survey) Repeated(user int) uint64 { return s.repeated[user] }
