package safetensors_test

import (
	"bytes"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

func ExampleWrite() {
	weight, err := safetensors.Of("linear.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := safetensors.Write(&file, []safetensors.Tensor{weight}, map[string]string{"format": "pt"}); err != nil {
		fmt.Println(err)
		return
	}

	f, err := safetensors.Parse("example.safetensors", file.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	t, _ := f.Lookup("linear.weight")
	values, err := t.Float32()
	fmt.Println(f.Names(), t.DType, t.Shape, values, err)
	// Output: [linear.weight] F32 [2 3] [1 2 3 4 5 6] <nil>
}

func ExampleParse_refused() {
	_, err := safetensors.Parse("model.safetensors", []byte("<!DOCTYPE html><title>Sign in</title>"))
	fmt.Println(err)
	// Output: model.safetensors: not a safetensors file: it is a web page, not the weights: the download met a login, error or proxy page; download the file's raw ("resolve") address again
}
