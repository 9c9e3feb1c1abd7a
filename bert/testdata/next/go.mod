// Nothing is built here: a module of its own keeps models that tests read out of
// what importers of the library download.
module github.com/seed-56ee9438/cohort/bert/testdata/next

go 1.26.0
