// Package keyword finds the words and phrases that tell segments of texts
// apart, by c-TF-IDF or by the meaning of their words, and chooses those that do
// not repeat one another (Choose).
package keyword
