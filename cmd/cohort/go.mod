module github.com/seed-56ee9438/cohort/cmd/cohort

go 1.26.0

require (
	github.com/gofrs/flock v0.13.2
	github.com/klauspost/compress v1.20.4
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/seed-56ee9438/cohort v0.1.0
	github.com/seed-56ee9438/cohort/bert/bgezh v0.1.0
	github.com/seed-56ee9438/cohort/source/arrow v0.1.0
	github.com/seed-56ee9438/cohort/source/parquet v0.1.0
	github.com/seed-56ee9438/cohort/source/postgres v0.1.0
	github.com/seed-56ee9438/cohort/source/sqlite v0.1.0
	github.com/seed-56ee9438/cohort/source/xlsx v0.1.0
	github.com/seed-56ee9438/cohort/bert/minilm v0.1.0
	github.com/seed-56ee9438/cohort/serve v0.1.0
	github.com/seed-56ee9438/cohort/watch v0.1.0
	github.com/spf13/cobra v1.10.2
	github.com/spf13/pflag v1.0.9
	go.yaml.in/yaml/v3 v3.0.4
	golang.org/x/term v0.47.0
)
