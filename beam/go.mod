module github.com/seed-56ee9438/cohort/beam

go 1.26.0

require (
	github.com/apache/beam/sdks/v2 v2.77.0
	github.com/seed-56ee9438/cohort v0.1.0
	github.com/seed-56ee9438/cohort/bert/bgezh v0.1.0
	github.com/seed-56ee9438/cohort/bert/minilm v0.1.0
	github.com/seed-56ee9438/cohort/source/arrow v0.1.0
	github.com/seed-56ee9438/cohort/source/parquet v0.1.0
	github.com/seed-56ee9438/cohort/source/postgres v0.1.0
	github.com/seed-56ee9438/cohort/source/sqlite v0.1.0
	github.com/seed-56ee9438/cohort/source/xlsx v0.1.0
	google.golang.org/grpc v1.83.2
)
