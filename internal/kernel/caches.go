package kernel

// cacheSizes are the sizes in bytes of the data caches available to one core;
// shared ones count by the core's share.
type cacheSizes struct{ l1, l2, l3 int }

// defaultCaches replace unknown sizes: the smallest common ones.
var defaultCaches = cacheSizes{l1: 32 << 10, l2: 256 << 10, l3: 4 << 20}

// caches are this machine's.
var caches = machineCaches()

// machineCaches returns the sizes reported by the CPU, or otherwise by the
// system, or otherwise the defaults.
func machineCaches() cacheSizes {
	return cpuCaches().or(systemCaches()).or(defaultCaches)
}

// or returns the sizes of c, replacing implausible ones by those of d.
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

// set records a cache of that level and size, shared by that many threads. Two
// threads count as one core.
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
