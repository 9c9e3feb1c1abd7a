package keyword

import "math"

// CTFIDF is the class-based TF-IDF weight of a term in a segment
// (Grootendorst 2022): count/size × ln(1 + mean/total), where count is how
// often the term occurs in the segment, size how many terms the segment has,
// total how often the term occurs in all segments and mean the mean size of a
// segment. It is 0 where size or total is.
func CTFIDF(count, size, total int, mean float64) float64 {
	if size == 0 || total == 0 {
		return 0
	}
	return float64(count) / float64(size) * math.Log(1+mean/float64(total))
}
