module github.com/seed-56ee9438/cohort/watch

go 1.26.0

require (
	github.com/gofrs/flock v0.13.2
	github.com/seed-56ee9438/cohort v0.1.0
	gonum.org/v1/gonum v0.17.0
)
