package charset

import (
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// hanLevel1 reports whether r is one of the 3755 characters in the first level
// of GB 2312, which modern texts are written with.
func hanLevel1(r rune) bool {
	if r < 0x4e00 || r > 0x9fff {
		return false
	}
	return level1()[r-0x4e00]
}

var level1 = sync.OnceValue(func() []bool {

	set := make([]bool, 0x9fff-0x4e00+1)
	d := simplifiedchinese.GBK.NewDecoder()
	for a := byte(0xb0); a <= 0xd7; a++ {
		for b := byte(0xa1); b <= 0xfe; b++ {
			if s, err := d.String(string([]byte{a, b})); err == nil {
				for _, r := range s {
					if 0x4e00 <= r && r <= 0x9fff {
						set[r-0x4e00] = true
					}
				}
			}
		}
	}
	return set
})
