// Command kernelinfo prints the kernel levels that this machine supports, with
// the active one marked. Given the name of a level it exits with status 1
// unless that level is active, so that a script can tell which levels it can
// force with COHORT_KERNEL.
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
