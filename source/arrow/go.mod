module github.com/seed-56ee9438/cohort/source/arrow

go 1.26.0

require (
	github.com/apache/arrow-go/v18 v18.8.0
	github.com/google/go-cmp v0.7.0
	github.com/seed-56ee9438/cohort v0.1.0
)
