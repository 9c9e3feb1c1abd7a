package kernel

//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group gemm -out ../zgemm_amd64.s -stubs ../zgemm_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group strassen -out ../zstrassen_amd64.s -stubs ../zstrassen_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group activation -out ../zactivation_amd64.s -stubs ../zactivation_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group rows -out ../zrows_amd64.s -stubs ../zrows_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group pack -out ../zpack_amd64.s -stubs ../zpack_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group attention -out ../zattention_amd64.s -stubs ../zattention_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group int8 -out ../zint8_amd64.s -stubs ../zint8_amd64.go
//go:generate env GOWORK=off go run -C _asm . -pkg kernel -group vector -out ../zvector_amd64.s -stubs ../zvector_amd64.go
//go:generate env GOWORK=off go run -C _asm ./arm64 -dir ..
//go:generate env GOWORK=off go run -C _asm ./dispatch -dir ..
