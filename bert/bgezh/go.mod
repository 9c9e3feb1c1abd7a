module github.com/seed-56ee9438/cohort/bert/bgezh

go 1.26.0

require (
	github.com/seed-56ee9438/cohort v0.1.0
)
