module github.com/seed-56ee9438/cohort/examples

go 1.26.0

require (
	github.com/seed-56ee9438/cohort v0.1.0
	github.com/seed-56ee9438/cohort/bert/minilm v0.1.0
	github.com/seed-56ee9438/cohort/watch v0.1.0
	gonum.org/v1/gonum v0.17.0
	gorgonia.org/tensor v0.9.24
)
