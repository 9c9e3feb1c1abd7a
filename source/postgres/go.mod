module github.com/seed-56ee9438/cohort/source/postgres

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/jackc/pgx/v5 v5.13.0
	github.com/seed-56ee9438/cohort v0.1.0
)
