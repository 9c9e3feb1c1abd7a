package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCharts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	var b strings.Builder
	b.WriteString("user,text\n")
	for i := range 24 {
		b.WriteString("u" + string(rune('a'+i)) + "," + []string{"the battery is empty by noon", "the parcel came late", "a sharp lens and a fast zoom"}[i%3] + "\n")
	}
	if err := os.WriteFile(in, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (int, string) {
		var out, bad bytes.Buffer
		a := app{in: strings.NewReader(""), out: &out, err: &bad}
		return a.run(t.Context(), append([]string{"segment", "--in", in, "--k", "3", "--bootstrap", "-1"}, args...)), bad.String()
	}
	out := filepath.Join(dir, "out")
	for range 2 { // over its own files, too
		if code, bad := run("--out", out, "--charts"); code != 0 {
			t.Fatal(bad)
		}
	}
	for _, name := range []string{"map", "sizes", "feelings", "likeness"} {
		f, err := os.Open(filepath.Join(out, "charts", name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s.png: %v", name, err)
		}
		f.Close()
		svg, err := os.ReadFile(filepath.Join(out, "charts", name+".svg"))
		if err != nil || !bytes.Contains(svg, []byte("<svg")) {
			t.Errorf("%s.svg: %v", name, err)
		}
	}
	if code, bad := run("--out", filepath.Join(dir, "none"), "--charts", "--charts-font", in); code != 2 || !strings.Contains(bad, "--charts-font") {
		t.Errorf("a text for a font: %d, %s", code, bad)
	}
	if _, err := os.Stat(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}
