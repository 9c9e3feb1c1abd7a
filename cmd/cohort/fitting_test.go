package main

import (
	"strings"
	"testing"
)

// segment refuses flags that its algorithm does not use.
func TestSegmentFlagsFit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := file(t, "in.csv", "user,text\na,the phone is great\nb,the delivery was late\nc,the battery is bad\n")
	for args, says := range map[string]string{
		"auto --eps 1": "--eps", "auto-dbscan --k 3": "--k", "auto-dbscan --k-max 4": "--k-max", "kmeans --eps 0.3": "--eps",
		"dbscan --k 3": "--k", "hdbscan --linkage single": "--linkage", "kmeans --k-max 4": "--k-max",
	} {
		r := run(t, "", append([]string{"segment", "--in", in, "--out", dir + "/out", "--dry-run", "--algorithm"}, strings.Fields(args)...)...)
		if r.code != 2 || !strings.Contains(r.err, says+" has no effect") {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	for _, args := range []string{"auto --seed 3", "auto --k 2", "dbscan --seed 3 --eps 1", "kmeans --k 3", "auto-dbscan --min-samples 2"} {
		if r := run(t, "", append([]string{"segment", "--in", in, "--out", dir + "/out", "--dry-run", "--algorithm"}, strings.Fields(args)...)...); r.code != 0 {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	r := run(t, "", "segment", "--in", in, "--out", dir+"/out", "--algorithm", "auto-dbscan")
	if r.code != 1 || !strings.Contains(r.err, "--algorithm hdbscan or kmeans") {
		t.Errorf("three users: status %d, %s", r.code, r.err)
	}
}
