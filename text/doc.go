// Package text splits what users wrote into words, numbers and sentences, in
// English and in Chinese, and knows which of the words are stop words.
package text
