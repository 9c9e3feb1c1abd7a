package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Names of objects in stores are refused by every verb and flag that takes a
// file, with what to do instead, and make no directory called s3:.
func TestStores(t *testing.T) {
	t.Parallel()
	in := file(t, "a.csv", "user,text\na,one\nb,two\n")
	out := filepath.Join(t.TempDir(), "out")
	for _, c := range []struct {
		args []string
		say  string
	}{
		{[]string{"segment", "--in", "s3://bucket/reviews.csv", "--out", out}, "aws s3 cp"},
		{[]string{"segment", "--in", "gs://bucket/reviews.csv", "--out", out}, "gcloud storage cat"},
		{[]string{"embed", "--in", "azblob://container/reviews.csv", "--out", out}, "az storage blob download"},
		{[]string{"segment", "--in", in, "--out", "s3://bucket/out"}, "--out"},
		{[]string{"segment", "--in", in, "--out", out, "--segments-out", "gs://bucket/x.parquet"}, "--segments-out"},
		{[]string{"embed", "--in", in, "--out", "s3://bucket/x.npy"}, "--out"},
		{[]string{"assign", "--segmenter", "s3://bucket/segmenter.cohort", "--in", in, "--out", out}, "--segmenter"},
		{[]string{"cluster", "--in", in, "--out", "s3://bucket/labels.csv"}, "--out"},
		{[]string{"watch", "--segmenter", in, "--in", "s3://bucket/x.csv", "--out", out}, "aws s3 cp"},
		{[]string{"segment", "--config", file(t, "c.yaml", "in: s3://bucket/x.csv\nout: "+out+"\n")}, "aws s3 cp"},
	} {
		got := run(t, "", c.args...)
		if got.code != 2 || !strings.Contains(got.err, c.say) || !strings.Contains(got.err, "source/blob") || strings.Contains(got.err, "bucket") {
			t.Errorf("%v: %d %s", c.args, got.code, got.err)
		}
	}
	for _, dir := range []string{"s3:", "gs:", "azblob:", out} {
		if _, err := os.Lstat(dir); err == nil {
			t.Errorf("%s was made", dir)
		}
	}
	if got := run(t, "", "segment", "--in", in, "--out", out, "--title", "s3://bucket", "--dry-run"); got.code != 0 {
		t.Errorf("a title: %s", got.err)
	}
}
