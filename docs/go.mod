// Nothing is built here: a module of its own keeps pages and pictures out of
// what importers of the library download.
module github.com/seed-56ee9438/cohort/docs

go 1.26.0
