module github.com/seed-56ee9438/cohort/source/xlsx

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/seed-56ee9438/cohort v0.1.0
	github.com/xuri/excelize/v2 v2.11.1
)
