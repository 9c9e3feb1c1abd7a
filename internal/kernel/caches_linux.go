package kernel

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// systemCaches returns the sizes of the first core's caches, as listed by the
// kernel in sysfs.
func systemCaches() cacheSizes { return sysfsCaches("/sys/devices/system/cpu/cpu0/cache") }

// sysfsCaches reads the directory of a core's caches; missing or invalid sizes
// are 0.
func sysfsCaches(dir string) (c cacheSizes) {
	files, _ := filepath.Glob(filepath.Join(dir, "index*"))
	for _, file := range files {
		field := func(name string) string {
			text, _ := os.ReadFile(filepath.Join(file, name))
			return strings.TrimSpace(string(text))
		}
		level, err := strconv.Atoi(field("level"))
		if kind := field("type"); err != nil || kind != "Data" && kind != "Unified" {
			continue
		}
		kilobytes, err := strconv.Atoi(strings.TrimSuffix(field("size"), "K"))
		if err != nil {
			continue
		}
		c.set(level, kilobytes<<10, countCPUs(field("shared_cpu_list")))
	}
	return c
}

// countCPUs returns the number of CPUs in a list such as 0,4-7, at least 1.
func countCPUs(list string) (n int) {
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(part, "-")
		lo, err := strconv.Atoi(from)
		if err != nil {
			continue
		}
		n++
		if hi, err := strconv.Atoi(to); isRange && err == nil && hi > lo {
			n += hi - lo
		}
	}
	return max(n, 1)
}
