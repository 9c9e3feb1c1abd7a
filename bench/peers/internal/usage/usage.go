// Package usage says what the program has used of the machine.
package usage

import (
	"os"
	"strconv"
	"strings"
)

// PeakMB returns the most memory that was ever resident, in MB; 0 where Linux's
// /proc is missing.
func PeakMB() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")))
			return n * 1024 / 1e6
		}
	}
	return 0
}
