// Package keyword finds the words and phrases that tell segments of texts
// apart.
package keyword
