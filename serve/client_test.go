package serve

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// openAIClient asks for vectors as OpenAI's own client does, and prints them.
const openAIClient = `
import json, sys, openai
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0)
def vectors(**options):
    return [d.embedding for d in client.embeddings.create(model="any", **options).data]
texts = ["the hotel", "good"]
try:
    client.embeddings.create(model="any", input="hotel " * 500)
    refused = None
except openai.BadRequestError as e:
    refused = e.code
print(json.dumps({
    "base64": vectors(input=texts), "float": vectors(input=texts, encoding_format="float"),
    "ids": vectors(input=json.loads(sys.argv[2])), "short": vectors(input="good", dimensions=4),
    "models": [m.id for m in client.models.list().data], "refused": refused,
}))
`

func TestOpenAIClient(t *testing.T) {
	t.Parallel()
	python := testdir.Python(t, "openai")
	m := load(t, "bert", bert.Options{Name: "tiny"})
	s := start(t, m, Options{})
	e, err := m.Tokenizer().Encode("good")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := json.Marshal(e.IDs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", openAIClient, s.URL, string(ids))
	var trouble strings.Builder
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, trouble.String())
	}
	var got struct {
		Base64, Float, IDs, Short [][]float32
		Models                    []string
		Refused                   string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := embedded(t, m, "the hotel", "good")
	for name, rows := range map[string][][]float32{"base64": got.Base64, "float": got.Float} {
		if len(rows) != 2 || !near(rows[0], want[0], 1e-7) || !near(rows[1], want[1], 1e-7) {
			t.Errorf("%s: other vectors than Embed's", name)
		}
	}
	if len(got.IDs) != 1 || !near(got.IDs[0], want[1], 1e-7) || len(got.Short) != 1 || !near(got.Short[0], want[1][:4], 1e-7) {
		t.Error("ids or dimensions: other vectors than Embed's")
	}
	if len(got.Models) != 1 || got.Models[0] != "tiny" || got.Refused != "context_length_exceeded" {
		t.Errorf("models %q, refused %q", got.Models, got.Refused)
	}
}
