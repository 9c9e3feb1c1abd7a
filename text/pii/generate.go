package pii

// The texts with labelled spans come from templates, with made-up values.
//
//go:generate python3 testdata/make/make.py
