module github.com/seed-56ee9438/cohort/source/sqlite

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/seed-56ee9438/cohort v0.1.0
	modernc.org/sqlite v1.62.0
)
