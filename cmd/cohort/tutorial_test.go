package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// The commands of docs/training.md work in the order of the page, on a tiny model.
func TestTrainingTutorial(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "training.md"))
	if err != nil {
		t.Fatal(err)
	}
	model := testdir.Module(t, "bert", "testdata", "models", "bert")
	if model, err = filepath.Abs(model); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	ran := map[string]int{} // verb -> commands
	for i, part := range strings.Split(string(page), "```") {
		code, ok := strings.CutPrefix(part, "sh\n")
		if i%2 == 0 || !ok {
			continue
		}
		lines := strings.Split(strings.TrimSpace(code), "\n")
		for k := 0; k < len(lines); k++ {
			if name, ok := strings.CutPrefix(lines[k], "cat > "); ok {
				name = strings.TrimSuffix(name, " <<'EOT'")
				from := k + 1
				for lines[k] != "EOT" {
					k++
				}
				if err := os.WriteFile(name, []byte(strings.Join(lines[from:k], "\n")+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				continue
			}
			args := strings.Fields(lines[k])
			if args[0] != "cohort" {
				t.Fatalf("%q is no command that this test knows", lines[k])
			}
			if !strings.Contains(lines[k], "--model") {
				args = append(args, "--model", model)
			}
			if r := run(t, "", args[1:]...); r.code != 0 {
				t.Errorf("%s: %+v", lines[k], r)
			}
			ran[args[1]]++
		}
	}
	for verb, least := range map[string]int{"train": 6, "tune": 1, "segment": 2, "embed": 1} {
		if ran[verb] < least {
			t.Errorf("cohort %s was run %d times, want %d", verb, ran[verb], least)
		}
	}
}
