package kernel

import "golang.org/x/sys/unix"

// systemCaches returns the sizes of the fast cores' caches, as reported by
// sysctl. A level-2 cache is shared by a cluster of cores.
func systemCaches() (c cacheSizes) {
	value := func(names ...string) int {
		for _, name := range names {
			if v, err := unix.SysctlUint64(name); err == nil {
				return int(v)
			}
			if v, err := unix.SysctlUint32(name); err == nil {
				return int(v)
			}
		}
		return 0
	}
	c.l1 = value("hw.perflevel0.l1dcachesize", "hw.l1dcachesize")
	c.l2 = value("hw.perflevel0.l2cachesize", "hw.l2cachesize") / max(1, value("hw.perflevel0.cpusperl2"))
	c.l3 = value("hw.l3cachesize")
	return c
}
