package kernel

//go:generate go run -C _asm . -pkg kernel -group gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go
//go:generate go run -C _asm . -pkg kernel -group strassen -out ../strassen_amd64.s -stubs ../strassen_amd64.go
//go:generate go run -C _asm . -pkg kernel -group activation -out ../activation_amd64.s -stubs ../activation_amd64.go
//go:generate go run -C _asm . -pkg kernel -group rows -out ../rows_amd64.s -stubs ../rows_amd64.go
//go:generate go run -C _asm . -pkg kernel -group pack -out ../pack_amd64.s -stubs ../pack_amd64.go
//go:generate go run -C _asm . -pkg kernel -group attention -out ../attention_amd64.s -stubs ../attention_amd64.go
//go:generate go run -C _asm . -pkg kernel -group int8 -out ../int8_amd64.s -stubs ../int8_amd64.go
//go:generate go run -C _asm . -pkg kernel -group vector -out ../vector_amd64.s -stubs ../vector_amd64.go
