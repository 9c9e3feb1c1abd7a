module github.com/seed-56ee9438/cohort/source/parquet

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/parquet-go/parquet-go v0.32.0
	github.com/seed-56ee9438/cohort v0.1.0
)
