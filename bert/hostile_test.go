package bert

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// A small file must not take memory out of proportion, whatever it says.
func TestHostileConfigFilesTakeLittleMemory(t *testing.T) {
	const limit = 64 << 20
	fill := func(open, unit, end string) []byte {
		n := (maxConfigSize - len(open) - len(end)) / len(unit)
		return []byte(open + strings.Repeat(unit, n-1) + end)
	}
	files := map[string]map[string][]byte{
		"modules of nothing":      {modulesFile: fill("[", "{},", "{}]")},
		"modules never closed":    {modulesFile: fill("[", "{},", "")},
		"nested arrays":           {modulesFile: fill("", "[", "")},
		"prompts of nothing":      {promptsFile: fill(`{"prompts":{`, `"":"",`, `"":""}}`)},
		"config with many labels": {configFile: fill(`{"model_type":"bert","id2label":{`, `"1":"",`, `"2":""}}`)},
		"config nested":           {configFile: fill(`{"a":`, `[`, ``)},
		"pooling nested":          {modulesFile: []byte(`[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]`), "1_Pooling/config.json": fill(`{"a":`, `[`, ``)},
		"pooling of many keys":    {modulesFile: []byte(`[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]`), "1_Pooling/config.json": fill(`{`, `"a":0,`, `"b":0}`)},
		"config too long":         {configFile: []byte(strings.Repeat(" ", maxConfigSize+1))},
		"modules too long":        {modulesFile: []byte(strings.Repeat(" ", maxConfigSize+1))},
	}
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for file, data := range content {
				fsys[file] = &fstest.MapFile{Data: data}
			}
			var err error
			got := testdir.Allocated(func() {
				if _, err = loadPipeline(fsys); err == nil {
					_, err = LoadFS(fsys, Options{})
				}
			})
			if err == nil {
				t.Error("a directory without weights was loaded")
			}
			if got > limit {
				t.Errorf("%d bytes allocated, want at most %d", got, limit)
			} else {
				t.Logf("%d KiB allocated: %.120v", got>>10, err)
			}
			if strings.HasSuffix(name, "too long") {
				var wrong *ConfigError
				if !errors.As(err, &wrong) {
					t.Errorf("got %v, want a ConfigError", err)
				}
			}
		})
	}
}
