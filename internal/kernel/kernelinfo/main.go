// Command kernelinfo prints the kernel levels that this machine has, with the
// active one marked. Given the name of a level it exits 1 unless that one is
// active, so that a script can tell which paths it can force by COHORT_KERNEL.
package main

import (
	"fmt"
	"os"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

func main() {
	for _, l := range kernel.Supported() {
		mark := ""
		if l == kernel.Active() {
			mark = " (active)"
		}
		fmt.Printf("%v%s\n", l, mark)
	}
	if len(os.Args) > 1 && os.Args[1] != kernel.Active().String() {
		os.Exit(1)
	}
}
