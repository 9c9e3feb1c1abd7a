package kernel

// cacheSizes are the sizes in bytes of the data caches that one core has, its
// share of those that it has not for itself.
type cacheSizes struct{ l1, l2, l3 int }

// defaultCaches stand in for sizes that are not known: the smallest that are
// common.
var defaultCaches = cacheSizes{l1: 32 << 10, l2: 256 << 10, l3: 4 << 20}

// caches are this machine's.
var caches = machineCaches()

// machineCaches returns what the CPU says, or else the system, or else the
// defaults.
func machineCaches() cacheSizes {
	return cpuCaches().or(systemCaches()).or(defaultCaches)
}

// or returns the sizes of c, and those of d where c has none that can be true.
func (c cacheSizes) or(d cacheSizes) cacheSizes {
	pick := func(size, least, most, other int) int {
		if size < least || size > most {
			return other
		}
		return size
	}
	return cacheSizes{
		l1: pick(c.l1, 8<<10, 1<<20, d.l1),
		l2: pick(c.l2, 64<<10, 64<<20, d.l2),
		l3: pick(c.l3, 512<<10, 2<<30, d.l3),
	}
}

// set notes a cache of that level and size, which so many threads share. Two
// threads are taken for one core's.
func (c *cacheSizes) set(level, size, threads int) {
	switch level {
	case 1:
		c.l1 = size
	case 2:
		c.l2 = size / max(1, (threads+1)/2)
	case 3:
		c.l3 = size
	}
}
