// Package keyword finds the words and phrases that distinguish segments of
// texts, by c-TF-IDF or by meaning, and selects those that do not repeat one
// another (Choose).
package keyword
