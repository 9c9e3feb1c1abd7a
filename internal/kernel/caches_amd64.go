//go:build !purego

package kernel

// cpuid returns the result of the CPUID instruction for a leaf.
//
//go:noescape
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// cpuCaches returns the sizes reported by CPUID: Intel's leaf 4, or AMD's leaf
// of the same form (AMD64 Architecture Programmer's Manual, volume 3, E.4.15).
func cpuCaches() cacheSizes {
	const intel, extended, amd = 4, 0x80000000, 0x8000001d
	if most, _, _, _ := cpuid(0, 0); most >= intel {
		if c := cachesOfLeaf(intel); c.l1 > 0 {
			return c
		}
	}
	if most, _, _, _ := cpuid(extended, 0); most >= amd {
		return cachesOfLeaf(amd)
	}
	return cacheSizes{}
}

// cachesOfLeaf returns the data caches listed in the subleaves of a leaf.
func cachesOfLeaf(leaf uint32) (c cacheSizes) {
	const data, unified = 1, 3
	for i := range uint32(16) {
		eax, ebx, ecx, _ := cpuid(leaf, i)
		kind := eax & 31
		if kind == 0 {
			break
		}
		if kind != data && kind != unified {
			continue
		}
		ways, partitions, line, sets := ebx>>22+1, ebx>>12&1023+1, ebx&4095+1, ecx+1
		c.set(int(eax>>5&7), int(ways)*int(partitions)*int(line)*int(sets), int(eax>>14&4095)+1)
	}
	return c
}
