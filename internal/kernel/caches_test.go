package kernel

import "testing"

func TestMachineCaches(t *testing.T) {
	c := machineCaches()
	t.Logf("level 1 %d KiB, level 2 %d KiB, level 3 %d KiB", c.l1>>10, c.l2>>10, c.l3>>10)
	if c.l1 < 8<<10 || c.l2 < c.l1 || c.l3 < 512<<10 {
		t.Errorf("%+v", c)
	}
}

func TestCacheDefaults(t *testing.T) {
	known := cacheSizes{48 << 10, 1 << 20, 32 << 20}
	for _, c := range []struct{ got, want cacheSizes }{
		{cacheSizes{}.or(defaultCaches), defaultCaches},
		{known.or(defaultCaches), known},
		{cacheSizes{l2: 512 << 10}.or(known), cacheSizes{48 << 10, 512 << 10, 32 << 20}},
		{cacheSizes{-1, 1, 1 << 40}.or(known), known}, // not to be believed
	} {
		if c.got != c.want {
			t.Errorf("%+v, want %+v", c.got, c.want)
		}
	}
}
