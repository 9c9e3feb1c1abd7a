package main

// All drivers of this module.
import (
	_ "github.com/seed-56ee9438/cohort/source/arrow"
	_ "github.com/seed-56ee9438/cohort/source/parquet"
	_ "github.com/seed-56ee9438/cohort/source/postgres"
	_ "github.com/seed-56ee9438/cohort/source/xlsx"
)
